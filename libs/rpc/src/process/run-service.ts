import { ConfigError } from "../config/config-error.ts";

/**
 * Runs a program's `main`. A `ConfigError` is printed as its lines, without a stack, and the process ends with 1; any
 * other error keeps its stack.
 */
export async function runService(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
