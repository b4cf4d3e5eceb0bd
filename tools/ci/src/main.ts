import { parseArgs } from "node:util";
import { DEFAULT_ADDRESSES, tryDocs } from "./docs/docs.ts";
import { mendLock } from "./lock/lock-file.ts";
import { killAll } from "./process/command.ts";
import { trySystem } from "./system/try-system.ts";
import { check, test } from "./test/test.ts";

const USAGE = `Usage: node tools/ci/src/main.ts <command>
  test [--unit] [--fresh]  checks and tests; without the integration tests; without Nx's cache
  check                    format, lint, import rules, types, lock file and generated code
  lock                     mends package-lock.json after an npm install
  docs                     tries the examples of the docs against PRODUCT_URL and ORDER_URL
  system                   starts the system, runs the smoketest and the examples against it`;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    killAll();
    process.exit(1);
  });
}
process.once("exit", killAll);

const print = (line: string): void => console.log(line);

async function main(): Promise<boolean> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { unit: { type: "boolean", default: false }, fresh: { type: "boolean", default: false } },
  });
  const { PRODUCT_URL: product = DEFAULT_ADDRESSES.product, ORDER_URL: order = DEFAULT_ADDRESSES.order } = process.env;
  switch (positionals[0]) {
    case "test":
      return test({ unitOnly: values.unit, fresh: values.fresh, print });
    case "check":
      return check(print);
    case "lock":
      print(`package-lock.json: ${await mendLock()} entries mended`);
      return true;
    case "docs":
      return (await tryDocs({ product, order }, print)).failed === 0;
    case "system":
      return trySystem(print);
    default:
      print(USAGE);
      return false;
  }
}

process.exitCode = (await main()) ? 0 : 1;
