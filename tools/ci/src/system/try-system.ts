import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { tryDocs } from "../docs/docs.ts";
import { run } from "../process/command.ts";
import { add, type Counts, closingLine, NONE } from "../test/results.ts";
import { SYSTEM_LOG, startSystem } from "./system.ts";

const SMOKETEST_MS = 600_000;
const LOG_LINES = 60;

const failure: Counts = { passed: 0, failed: 1, skipped: 0 };

/** Reads a closing line; a text without one has failed. */
export function readClosingLine(output: string): Counts {
  const [, passed, failed, skipped = "0"] = output.match(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m) ?? [];
  if (passed === undefined || failed === undefined) return failure;
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

/** Starts the system as a user does, runs the smoketest and the examples of the docs against it, and stops it. */
export async function trySystem(print: (line: string) => void): Promise<boolean> {
  const counts = await tryStarted(print).catch((error: unknown) => {
    print(inspect(error));
    return failure;
  });
  if (counts.failed > 0) print(`\nnpm start wrote last:\n${await lastLines(SYSTEM_LOG)}`);
  print(`\n${closingLine(counts)}`);
  return counts.failed === 0;
}

async function tryStarted(print: (line: string) => void): Promise<Counts> {
  const { addresses, stop } = await startSystem();
  print(`npm start answers on ${addresses.product} and ${addresses.order}\n`);
  const smoketest = await run("npm", ["run", "--silent", "smoketest"], {
    env: { PRODUCT_URL: addresses.product, ORDER_URL: addresses.order },
    limitMs: SMOKETEST_MS,
    onLine: print,
  });
  const told = readClosingLine(smoketest.output);
  print("");
  const examples = await tryDocs(addresses, print);
  const stopped = await stop();
  if (!stopped) print("npm start had ended early, or did not end on Ctrl-C");
  return [smoketest.ok || told.failed > 0 ? told : failure, examples, stopped ? NONE : failure].reduce(add);
}

async function lastLines(file: string): Promise<string> {
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  return lines.slice(-LOG_LINES).join("\n");
}
