import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ROOT, run } from "../src/process/command.ts";
import { nxOutput } from "../src/test/nx-output.ts";
import { countFile } from "../src/test/results.ts";

const SUITES = {
  passes: "test('a', () => {}); test('b', () => {});",
  fails: "test('a', () => { throw new Error('no'); }); test('b', () => {});",
  "fails-to-load": "throw new Error('no');",
  "fails-after-its-tests": "test('a', () => {}); afterAll(() => { throw new Error('no'); });",
  "fails-before-its-tests": "beforeAll(() => { throw new Error('no'); }); test('a', () => {}); test('b', () => {});",
  skips: "test.skip('a', () => {}); test.todo('b');",
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "results-"));
  await mkdir(join(folder, "src"));
  await writeFile(join(folder, "package.json"), "{}");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function jest(suites: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(suites)) await writeFile(join(folder, "src", `${name}.test.js`), text);
  const file = join(folder, "results.json");
  const reporters = ["--reporters", "default", "--reporters", join(ROOT, "jest.open-handles.mjs")];
  const args = ["--rootDir", folder, "--json", "--outputFile", file, "--runInBand", ...reporters];
  return { file, ...(await run("jest", args, { cwd: folder, limitMs: 60_000 })) };
}

test("every way in which a suite can fail is counted", async () => {
  const { file, ok } = await jest(SUITES);
  expect(ok).toBe(false);
  const suites = Object.keys(SUITES).length;
  // Failed: one test, one suite that does not load, one that breaks after its test, two tests behind a broken beforeAll.
  expect(await countFile(file, suites)).toEqual({ passed: 4, failed: 5, skipped: 2 });
  expect(await countFile(file, suites + 2)).toEqual({ passed: 4, failed: 7, skipped: 2 });
  expect(await countFile(join(folder, "none.json"), 3)).toEqual({ passed: 0, failed: 3, skipped: 0 });
}, 60_000);

test("a run that something is left open in ends, fails and is known", async () => {
  const { ok, output } = await jest({ leaks: "test('a', () => { setInterval(() => {}, 1000); });" });
  expect(ok).toBe(false);
  expect(output).toMatch(/left open are .*Timeout/);
  const lines = nxOutput(["a"], () => undefined);
  for (const line of output.split("\n")) lines.take(`a: ${line}`);
  expect(lines.leaks("a")).toBe(true);
}, 60_000);
