import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate as turnEnd } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { byTurns } from "./by-turns.ts";

test("lines of a turn are written together, at its end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "skyport-log-"));
  const file = join(folder, "lines");
  const fd = openSync(file, "w");
  try {
    const lines = byTurns(fd);
    for (const turn of ["a", "b"]) {
      const before = readFileSync(file, "utf8");
      for (const n of [1, 2, 3]) lines.write(`${turn}${n}\n`);
      expect(readFileSync(file, "utf8")).toBe(before);
      await turnEnd();
      expect(readFileSync(file, "utf8")).toBe(`${before}${turn}1\n${turn}2\n${turn}3\n`);
    }
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
});

/** A process that logs by turns to its standard output. */
function program(source: string) {
  const module = JSON.stringify(new URL("./by-turns.ts", import.meta.url).href);
  const code = `import { byTurns } from ${module}; const lines = byTurns(1); ${source}`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "pipe"] });
}

describe("nothing is lost", () => {
  test.each([
    ["exits", "process.exit(0)"],
    ["throws", "throw new Error('on purpose')"],
    ["has nothing left to do", ""],
  ])("when the process %s in the same turn", async (_, end) => {
    const child = program(`lines.write("first\\n"); lines.write("last\\n"); ${end}`);
    expect(await text(child.stdout)).toBe("first\nlast\n");
  });

  test("of more than a pipe holds", async () => {
    const child = program(
      'for (let n = 0; n < 20_000; n++) lines.write("x".repeat(100) + " " + n + "\\n"); process.exit(0)',
    );
    const written = (await text(child.stdout)).trimEnd().split("\n");
    expect(written).toHaveLength(20_000);
    expect(written.at(-1)).toMatch(/ 19999$/);
  });
});

test("a process that nobody listens to any more goes on", async () => {
  const child = program(`
    process.stderr.write("up\\n");
    for (let n = 0; n < 50; n++) { lines.write("line\\n"); await new Promise(setImmediate); }
    process.stderr.write("done\\n");
  `);
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect({ said, code }).toEqual({ said: "up\ndone\n", code: 0 });
});
