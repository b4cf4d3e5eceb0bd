import { fileURLToPath } from "node:url";
import { type Command, HELP, readCommand } from "./args.ts";
import { COMPARE_USAGE, CompareUsageError } from "./compare/args.ts";
import { UsageError } from "./usage-error.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Each command is imported late: it loads what it needs and nothing else. */
async function run(command: Command, signal: AbortSignal): Promise<number> {
  switch (command.command) {
    case "cache":
      return (await import("./cache.ts")).cache(command, ROOT, signal);
    case "orders":
      return (await import("./orders/command.ts")).orders(command, ROOT, signal);
    case "redis-loss":
      return (await import("./redis-loss/command.ts")).redisLoss(command, ROOT);
    case "compare":
      return (await import("./compare/compare.ts")).compare(command.args, { signal });
  }
}

// The first Ctrl-C finishes the round that runs and reports; the second one ends at once.
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

try {
  const command = readCommand(process.argv.slice(2), process.env);
  if (command === "help") console.log(HELP);
  else process.exitCode = await run(command, interrupted.signal);
} catch (error) {
  if (error instanceof UsageError || error instanceof CompareUsageError) {
    const usage = error instanceof CompareUsageError ? `; usage: ${COMPARE_USAGE}` : "";
    console.error(`chaos: ${error.message}${usage}`);
    process.exitCode = 2;
  } else {
    console.error(`chaos: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 1;
  }
}
