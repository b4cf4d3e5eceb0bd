import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureBundle } from "../src/index.ts";

const run = promisify(execFile);

const MAIN = `
import { readdirSync } from "node:fs";
import { GREETING } from "../../../libs/words/greeting.ts";
const folder: URL = new URL("./db/migrations/", import.meta.url);
console.log(GREETING, readdirSync(folder).sort().join());
`;

let root: string;

/** Written as if some time ago, as sources are when a program is started. */
async function write(path: string, text: string, secondsAgo = 60): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  const time = Date.now() / 1000 - secondsAgo;
  await utimes(file, time, time);
}

async function outputOf(program: string): Promise<string> {
  return (await run(process.execPath, [program])).stdout.trim();
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundle-"));
  await write("package-lock.json", "{}");
  await write("apps/product-svc/src/main.ts", MAIN);
  await write("apps/product-svc/src/db/migrations/0001_a.sql", "SELECT 1");
  await write("libs/words/greeting.ts", 'export const GREETING: string = "hello";');
});

afterEach(() => rm(root, { recursive: true, force: true }));

const bundle = () => ensureBundle(root, "product-svc");

describe("a service's bundle", () => {
  test("runs without its sources, with the folders that it reads", async () => {
    const program = await bundle();
    await rm(join(root, "apps"), { recursive: true });
    await rm(join(root, "libs"), { recursive: true });
    expect(await outputOf(program)).toBe("hello 0001_a.sql");
  });

  test("is left as it is while nothing has changed", async () => {
    const program = await bundle();
    const { ino, mtimeMs } = await stat(program);
    await bundle();
    expect(await stat(program)).toMatchObject({ ino, mtimeMs });
  });

  test.each([
    ["a source", "libs/words/greeting.ts", 'export const GREETING: string = "good day";', "good day 0001_a.sql"],
    ["a file in a folder of data", "apps/product-svc/src/db/migrations/0002_b.sql", "", "hello 0001_a.sql,0002_b.sql"],
  ])("is made anew after %s", async (_, path, text, output) => {
    await bundle();
    await write(path, text, 30);
    expect(await outputOf(await bundle())).toBe(output);
  });

  test("loses a file that its folder of data has lost", async () => {
    await write("apps/product-svc/src/db/migrations/0002_b.sql", "");
    await bundle();
    await rm(join(root, "apps/product-svc/src/db/migrations/0002_b.sql"));
    expect(await outputOf(await bundle())).toBe("hello 0001_a.sql");
  });

  test("is made anew when somebody removed it", async () => {
    await rm(await bundle());
    expect(await outputOf(await bundle())).toBe("hello 0001_a.sql");
  });

  test("is not taken for fresh when a source changed while it was made", async () => {
    // The second text looks like the first by its size and time: only that it is too new tells.
    const later = new Date(Date.now() + 60_000);
    for (const word of ["one", "two"]) {
      await write("libs/words/greeting.ts", `export const GREETING: string = "${word}";`);
      await utimes(join(root, "libs/words/greeting.ts"), later, later);
      expect(await outputOf(await bundle())).toBe(`${word} 0001_a.sql`);
    }
  });

  test("may be asked for by several at once, and leaves no drafts", async () => {
    const programs = await Promise.all([bundle(), bundle(), bundle()]);
    expect(await outputOf(programs[0] ?? "")).toBe("hello 0001_a.sql");
    expect((await readdir(join(root, "dist"))).sort()).toEqual(["product-svc", "product-svc.sources.json"]);
  });

  test("names what cannot be built", async () => {
    await write("apps/product-svc/src/main.ts", 'import "./missing.ts";');
    await expect(bundle()).rejects.toThrow("missing.ts");
  });
});
