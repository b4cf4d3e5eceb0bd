import { ConnectError } from "@connectrpc/connect";
import { HELP, readOptions } from "./args.ts";
import { run } from "./run.ts";
import { UsageError } from "./usage-error.ts";

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === "help") console.log(HELP);
  else await run(options, { print: (line) => console.log(line), progress: process.stderr });
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`seed: ${error.message}`);
    process.exitCode = 2;
  } else {
    console.error(
      `seed: ${error instanceof ConnectError ? error.message : (error instanceof Error && error.stack) || error}`,
    );
    process.exitCode = 1;
  }
}
