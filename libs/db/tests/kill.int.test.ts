import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import type { Report } from "./kill/tally.ts";

// Connections are lost in every phase of a transaction and in every way. KILLS=5000 is the long form.

const KILLS = Number(process.env["KILLS"] ?? 250);
/** Ten kills a second at the very least. */
const TIMEOUT_MS = 60_000 + KILLS * 100;

async function run(kind: string, kills: number): Promise<{ code: unknown; output: string; errors: string }> {
  const script = fileURLToPath(new URL("./kill/run.ts", import.meta.url));
  const child = spawn(process.execPath, [script, kind, String(kills), String(seed())], {
    stdio: ["ignore", "pipe", "pipe"],
    // Jest's own flags are not for a plain script.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const [[code], output, errors] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

test(
  `${KILLS} lost connections: typed errors, no crash, no hang, all or nothing, no acknowledged commit lost`,
  async () => {
    const { code, output, errors } = await run("pool", KILLS);
    if (code !== 0) throw new Error(`the process died: ${errors}`);
    process.stderr.write(output);
    // Printed by our own script.
    const report = JSON.parse(output) as Report;
    expect(report).toMatchObject({
      untyped: [],
      hangs: 0,
      half: 0,
      lost: 0,
      ghosts: 0,
      strays: 0,
      crossed: 0,
      mistold: 0,
      whole: true,
    });
    expect(report.committed).toBeGreaterThan(0);
    expect(Object.keys(report.kills).sort()).toEqual([
      "anywhere",
      "between",
      "commit",
      "fin",
      "idle",
      "restart fast",
      "restart immediate",
      "rst",
      "statement",
      "timeout",
    ]);
  },
  TIMEOUT_MS,
);

test(
  "the faults bite: a process that uses the driver's own transactions dies of them",
  async () => {
    const { code, errors } = await run("begin", KILLS);
    expect(code).not.toBe(0);
    expect(errors).toMatch(/postgres\/src\/connection\.js|triggerUncaughtException/);
  },
  TIMEOUT_MS,
);
