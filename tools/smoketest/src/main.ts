import { ConfigError, readAddresses } from "./config.ts";
import { run } from "./run.ts";

try {
  const passed = await run(readAddresses(process.env), (line) => console.log(line));
  process.exitCode = passed ? 0 : 1;
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(`smoketest: ${error.message}`);
  process.exitCode = 2;
}
