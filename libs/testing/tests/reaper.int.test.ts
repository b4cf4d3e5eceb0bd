import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { eventually, isAlive, Reaper, signal } from "../src/index.ts";

test("programs end when the one that started them is killed, if a reaper was told of them", async () => {
  const script = fileURLToPath(new URL("./programs/hold-children.ts", import.meta.url));
  const program = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(program.stdout, "data");
  const { watched, left } = JSON.parse(String(line)) as { readonly watched: number; readonly left: number };
  try {
    expect(await Promise.all([watched, left].map(isAlive))).toEqual([true, true]);
    program.kill("SIGKILL");
    await eventually(async () => !(await isAlive(watched)));
    expect(await isAlive(left)).toBe(true);
  } finally {
    for (const pid of [watched, left]) signal(pid, "SIGKILL");
  }
});

test("a reaper that is closed ends what still runs", async () => {
  const child = spawn(process.execPath, ["--eval", "setInterval(() => undefined, 60_000)"], { stdio: "ignore" });
  const ended = once(child, "exit");
  {
    using reaper = new Reaper();
    reaper.watch(child.pid);
  }
  expect(await ended).toEqual([null, "SIGKILL"]);
});
