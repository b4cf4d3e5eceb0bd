import { expect, test } from "@jest/globals";
import type { Results } from "./document.ts";
import { renderHtml } from "./html.ts";

const RESULTS: Results = {
  version: 1,
  environment: {
    startedAt: "2026-01-01T00:00:00Z",
    node: "v24",
    cpu: "a processor",
    cores: 2,
    memoryGib: 8,
    platform: "linux x64",
    pinned: "nothing is pinned",
    cache: "Redis",
  },
  targets: [
    { name: "p95", wanted: "<= 1.1", value: 1.01, met: true, noise: 0.01, detail: "as <good> as it was", seconds: 1 },
  ],
  parts: [
    {
      id: "fixes",
      title: "What each fix buys",
      text: ["One paragraph & more."],
      charts: [
        {
          kind: "bars",
          id: "fixes",
          title: "Flows a second",
          categories: ["a"],
          yName: "",
          yScale: "linear",
          series: [{ name: "flows", values: [1] }],
        },
      ],
      tables: [{ heads: ["a"], rows: [["1"]] }],
      figures: [],
      listings: [{ title: "EXPLAIN", text: "Seq Scan on products" }],
    },
  ],
};

test("the report is one file that needs no other, and nothing in it is taken for HTML", () => {
  const html = renderHtml(RESULTS, { heads: ["figure"], rows: [["x"]] });
  expect(html).toContain("as &lt;good&gt; as it was");
  expect(html).toContain("One paragraph &amp; more.");
  expect(html).toContain("Seq Scan on products");
  expect(html).toContain("Against the earlier run");
  expect(html.match(/<svg /g)).toHaveLength(2);
  expect(html).not.toMatch(/(?:src|href)="/);
});
