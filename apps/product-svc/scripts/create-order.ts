import { parseArgs } from "node:util";
import { compareDesigns } from "./create-order/compare-designs.ts";
import { fixedRates } from "./create-order/fixed-rates.ts";

// What CreateOrder costs from end to end, for one product that everybody wants beside 10,000 that few want: clients over
// Connect, order-svc as a process of its own, product-svc, and a PostgreSQL that waits for the disk at each commit.
//
//   node scripts/create-order.ts [--rounds 3] [--ms 800] [--clients 16,64,200] [--only NAME,...]
//
// compares the ways in which product-svc could reserve (see hot-product.ts). They take turns, so that a busy machine hits
// all of them: compare within a run.
//
//   node scripts/create-order.ts --rates 250,500,1000 [--ms 5000]
//
// sends so many orders a second, whatever becomes of them, to both services as production runs them.

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    ms: { type: "string" },
    clients: { type: "string", default: "16,64,200" },
    only: { type: "string", default: "" },
    rates: { type: "string", default: "" },
  },
});

const list = (text: string): string[] => text.split(",").filter((part) => part !== "");
const print = (text: string): void => void process.stdout.write(`${text}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

if (values.rates !== "")
  await fixedRates({ rates: list(values.rates).map(Number), ms: Number(values.ms ?? 5_000), print });
else {
  const clients = list(values.clients).map(Number);
  const rounds = Number(values.rounds);
  await compareDesigns({ clients, rounds, ms: Number(values.ms ?? 800), only: list(values.only), print });
}
