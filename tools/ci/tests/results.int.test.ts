import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { run } from "../src/process/command.ts";
import { countFile } from "../src/test/results.ts";

const SUITES = {
  passes: "test('a', () => {}); test('b', () => {});",
  fails: "test('a', () => { throw new Error('no'); }); test('b', () => {});",
  "fails-to-load": "throw new Error('no');",
  "fails-after-its-tests": "test('a', () => {}); afterAll(() => { throw new Error('no'); });",
  "fails-before-its-tests": "beforeAll(() => { throw new Error('no'); }); test('a', () => {}); test('b', () => {});",
  skips: "test.skip('a', () => {}); test.todo('b');",
};

test("every way in which a suite of Jest's can fail is counted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "results-"));
  try {
    await mkdir(join(folder, "src"));
    await writeFile(join(folder, "package.json"), "{}");
    for (const [name, text] of Object.entries(SUITES)) await writeFile(join(folder, "src", `${name}.test.js`), text);
    const file = join(folder, "results.json");
    const { ok } = await run("jest", ["--rootDir", folder, "--json", "--outputFile", file], {
      cwd: folder,
      limitMs: 60_000,
    });
    expect(ok).toBe(false);
    const suites = Object.keys(SUITES).length;
    // Failed: one test, one suite that does not load, one that breaks after its test, two tests behind a broken beforeAll.
    expect(await countFile(file, suites)).toEqual({ passed: 4, failed: 5, skipped: 2 });
    expect(await countFile(file, suites + 2)).toEqual({ passed: 4, failed: 7, skipped: 2 });
    expect(await countFile(join(folder, "none.json"), 3)).toEqual({ passed: 0, failed: 3, skipped: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
