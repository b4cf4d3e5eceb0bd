import { parseArgs } from "node:util";
import { designs } from "./hot-product/designs.ts";
import { mean, measure, quantile, type Round } from "./hot-product/measure.ts";
import { openStage } from "./hot-product/stage.ts";

// What it costs to reserve a piece of one product that everybody wants, and of 10,000 that few want, by the way in which
// the service does it and by those that it does not. PostgreSQL waits for the disk at each commit. The designs take turns,
// so that a busy machine hits all of them: compare within a run.
//
//   node scripts/hot-product.ts [--rounds 5] [--ms 700] [--clients 1,16,64,200] [--only NAME,...] [--redis]

const SPREAD = 10_000;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    ms: { type: "string", default: "700" },
    clients: { type: "string", default: "1,16,64,200" },
    only: { type: "string", default: "" },
    redis: { type: "boolean", default: false },
  },
});

const only = values.only.split(",").filter((name) => name !== "");
const chosen = designs.filter(({ name }) => only.length === 0 || only.includes(name));
const clientCounts = values.clients.split(",").map(Number);

await using stage = await openStage(SPREAD, values.redis);
const running = chosen.map((design) => ({ name: design.name, order: design.on(stage) }));
const rounds = new Map<string, Round[]>();

const cases = clientCounts.flatMap((clients) =>
  running.flatMap(({ name, order }) => [
    { key: `${clients} ${name} hot`, order, clients, spread: 0 },
    { key: `${clients} ${name} spread`, order, clients, spread: SPREAD },
  ]),
);

for (const { order } of running) await measure(stage, order, 16, SPREAD, 500);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { key, order, clients, spread } of cases) {
    rounds.set(key, [...(rounds.get(key) ?? []), await measure(stage, order, clients, spread, Number(values.ms))]);
  }
}

const ms = (value: number) => value.toFixed(value < 10 ? 1 : 0).padStart(6);

function line(key: string): string {
  const all = rounds.get(key) ?? [];
  const rates = all.map(({ perSecond }) => perSecond);
  const latencies = all.flatMap((round) => round.latencies);
  const spreadOfRates = `${quantile(rates, 0).toFixed(0)}..${quantile(rates, 1).toFixed(0)}`;
  const failed = all.reduce((sum, round) => sum + round.failed, 0);
  return [
    quantile(rates, 0.5).toFixed(0).padStart(6),
    spreadOfRates.padStart(12),
    ms(mean(latencies)),
    ms(quantile(latencies, 0.5)),
    ms(quantile(latencies, 0.99)),
    ms(
      quantile(
        all.flatMap((round) => round.besides),
        0.99,
      ),
    ),
    failed === 0 ? "" : ` ${failed} failed`,
  ].join(" ");
}

const print = (text: string) => process.stdout.write(`${text}\n`);
for (const clients of clientCounts) {
  print(`\n${clients} clients; medians of ${values.rounds} rounds of ${values.ms} ms`);
  print(`${"".padEnd(22)} ${"per s".padStart(6)} ${"(rounds)".padStart(12)}   mean    p50    p99  read beside it, p99`);
  for (const { name } of running) {
    for (const kind of ["hot", "spread"]) {
      print(`${`${name}, ${kind}`.padEnd(22)} ${line(`${clients} ${name} ${kind}`)}`);
    }
  }
}
