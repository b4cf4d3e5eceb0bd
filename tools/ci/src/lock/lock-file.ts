import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readObject } from "../json.ts";
import { type Finished, ROOT } from "../process/command.ts";
import { tidy } from "./tidy.ts";

const FILE = join(ROOT, "package-lock.json");

/** Whether the lock file is tidy. */
export async function checkLock(): Promise<Finished> {
  const begin = performance.now();
  const { problems } = tidy(await readObject(FILE));
  const ok = problems.length === 0;
  return {
    ok,
    output: ok ? "" : ["npm run lock mends package-lock.json:", ...problems].join("\n"),
    seconds: (performance.now() - begin) / 1000,
  };
}

/** Tidies the lock file; tells how many entries it mended. */
export async function mendLock(): Promise<number> {
  const { lock, problems } = tidy(await readObject(FILE));
  if (problems.length > 0) await writeFile(FILE, `${JSON.stringify(lock, null, 2)}\n`);
  return problems.length;
}
