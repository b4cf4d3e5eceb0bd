import { expect, test } from "@jest/globals";
import { nxOutput } from "./nx-output.ts";

test("tells projects apart, and prints one line for each suite", () => {
  const printed: string[] = [];
  const output = nxOutput(["a", "b"], (line) => printed.push(line));
  const lines = ["NX  Running", "a: PASS a src/x.test.ts", "b: FAIL b src/y.test.ts", "b:   ● broken", "", "c: PASS c"];
  for (const line of [...lines, "\u001b[1mb:\u001b[22m FAIL b src/y.test.ts"]) output.take(line);
  expect(printed).toEqual(["PASS a src/x.test.ts", "FAIL b src/y.test.ts"]);
  expect(output.of("a")).toEqual(["PASS a src/x.test.ts"]);
  expect(output.of("b")).toEqual(["FAIL b src/y.test.ts", "  ● broken", "FAIL b src/y.test.ts"]);
});

test("knows the words for what was left open", () => {
  const output = nxOutput(["a", "b"], () => undefined);
  output.take("a: Jest did not exit: left open are TCPServerWrap");
  expect([output.leaks("a"), output.leaks("b")]).toEqual([true, false]);
});

test("reads what comes from the cache, where no line tells its project", () => {
  const printed: string[] = [];
  const output = nxOutput(["a", "b"], (line) => printed.push(line));
  const lines = [
    "> nx run a:test  [local cache]",
    "PASS a src/x.test.ts",
    "",
    "> nx run b:test",
    "PASS c",
    "b: PASS b",
  ];
  for (const line of lines) output.take(line);
  expect(printed).toEqual(["PASS a src/x.test.ts [cached]", "PASS b"]);
});
