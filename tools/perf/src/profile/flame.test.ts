import { expect, test } from "@jest/globals";
import { type CallFrame, type CpuProfile, flameTree, selfTimes } from "./cpu-profile.ts";
import { flameSvg } from "./flame-svg.ts";
import { layerOf } from "./layers.ts";

const frame = (functionName: string, url = "file:///p/libs/db/src/a.ts"): CallFrame => ({
  functionName,
  url,
  lineNumber: 0,
  columnNumber: 0,
});

/** main calls work twice, by two nodes, and rests between. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)", ""), children: [2, 3, 6] },
    { id: 2, callFrame: frame("main"), children: [4, 5] },
    { id: 3, callFrame: frame("(idle)", "") },
    { id: 4, callFrame: frame("work<T>") },
    { id: 5, callFrame: frame("work<T>") },
    { id: 6, callFrame: frame("(garbage collector)", "") },
  ],
  samples: [2, 4, 3, 5, 6, 2],
  timeDeltas: [0, 100, 200, 5_000, 300, 50],
};
const tree = flameTree(profile, ({ url, functionName }) => (url === "" ? functionName : "libs/db/src/a.ts"));

test("time is counted to the function on top and to its callers, and idling to nobody", () => {
  const [main, collector] = tree.children;
  expect([tree.name, tree.total, tree.children.length]).toEqual(["all", 650, 2]);
  expect([main?.name, main?.self, main?.total]).toEqual(["main", 100, 600]);
  expect(main?.children.map(({ name, total }) => [name, total])).toEqual([["work<T>", 500]]);
  expect([collector?.name, collector?.total]).toEqual(["(garbage collector)", 50]);
  expect(selfTimes(tree, ({ source }) => layerOf(source).name)).toEqual([
    ["libs/db", 600],
    ["V8 and native", 50],
  ]);
});

test("a picture is the same for the same calls, escapes names and leaves out what is too narrow to be seen", () => {
  const svg = flameSvg(tree, "a & b");
  expect(flameSvg(tree, "a & b")).toBe(svg);
  expect(svg).toContain("a &amp; b");
  expect(svg).toContain("work&lt;T&gt; libs/db/src/a.ts: 76.9 %");
  const children = Array.from({ length: 1_000 }, (_, at) => ({
    name: `f${at}`,
    source: "",
    self: 1,
    total: 1,
    children: [],
  }));
  const many = { name: "all", source: "", self: 0, total: 1_000, children };
  expect(flameSvg(many, "many").match(/<g>/g)).toBeNull();
});

test.each([
  ["apps/order-svc/src/main.ts", "the service"],
  ["libs/cache/src/cache.ts", "cache"],
  ["node_modules/postgres/src/connection.js", "Drizzle and postgres.js"],
  ["libs/rpc/src/index.ts", "the other libs"],
  ["node_modules/@bufbuild/protobuf/x.js", "Protobuf and Connect"],
  ["node:net", "Node"],
  ["(program)", "V8 and native"],
])("%s is of the layer %s", (source, layer) => {
  expect(layerOf(source).name).toBe(layer);
});
