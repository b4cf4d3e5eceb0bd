import { HELP, readOptions } from "./args.ts";
import { AuditError } from "./audit-error.ts";
import { run } from "./run.ts";

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === "help") console.log(HELP);
  else {
    const isClean = await run(options, { print: (text) => console.log(text), progress: process.stderr });
    process.exitCode = isClean ? 0 : 1;
  }
} catch (error) {
  const told = error instanceof AuditError ? error.message : (error instanceof Error && error.stack) || error;
  console.error(`audit: ${told}`);
  process.exitCode = 2;
}
