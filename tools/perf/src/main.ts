import { HELP, readOptions } from "./args.ts";
import { UsageError } from "./usage-error.ts";

// What a run starts ends with its process, so that Ctrl-C needs no more than to end it; processes and servers are guarded.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

const [command, ...rest] = process.argv.slice(2);

try {
  const options = command === "peers" ? "peers" : readOptions(process.argv.slice(2));
  if (options === "help") console.log(HELP);
  else if (options === "peers") process.exitCode = await (await import("./peers/main.ts")).peersCommand(rest);
  else {
    // Imported late: --help needs none of it.
    const { run } = await import("./run.ts");
    const isWhole = await run(options, { print: (text) => console.log(text), progress: process.stderr });
    process.exitCode = isWhole ? 0 : 1;
  }
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`perf: ${error.message}`);
    process.exitCode = 2;
  } else {
    console.error(`perf: ${error instanceof Error ? error.stack : error}`);
    process.exitCode = 1;
  }
}
