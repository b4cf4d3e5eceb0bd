import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres, startRedis } from "@skyport/testing";
import { BareOrders } from "./create-order/bare.ts";
import { hangUp, measure, postOrder, quantile, type Round } from "./create-order/load.ts";
import { type Databases, startServices } from "./create-order/services.ts";
import { fillProducts, PRODUCTS, productId, record } from "./create-order/stage.ts";

// What CreateOrder costs from end to end, through both services as processes, in turn with its own statements sent bare over
// as many connections; and, on demand, with the services of other checkouts. PostgreSQL waits for the disk at each
// commit. Prints medians of the rounds: compare within a run.
//
//   node scripts/create-order.ts [--clients 16,64] [--rounds 5] [--ms 1500] [--warm 12000] [--against FOLDER]... [--redis]

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "16,64" },
    rounds: { type: "string", default: "5" },
    ms: { type: "string", default: "1500" },
    against: { type: "string", multiple: true, default: [] },
    warm: { type: "string", default: "12000" },
    redis: { type: "boolean", default: false },
  },
});
const WARM_CLIENTS = 64;
const [rounds, ms] = [Number(values.rounds), Number(values.ms)];
const here = join(import.meta.dirname, "../../..");

interface Contender {
  readonly name: string;
  readonly order: () => Promise<unknown>;
  readonly cpuMs?: () => Promise<Readonly<Record<string, number>>>;
  readonly rounds: Round[];
  readonly cpu: number[];
}

await using resources = new AsyncDisposableStack();
resources.defer(hangUp);
const postgres = resources.use(await startPostgres({ fsync: true, settings: { synchronous_commit: "on" } }));
const anyProduct = (): number => 1 + Math.floor(Math.random() * PRODUCTS);
const redis = async () => (values.redis ? resources.use(await startRedis()).url : undefined);

const databases = async () => ({
  order: await postgres.createDatabase(),
  product: await postgres.createDatabase(),
  redis: await redis(),
});

/** @param filled those of a service that has run before */
async function services(name: string, root: string, filled?: Databases): Promise<Contender> {
  const own = filled ?? (await databases());
  const running = resources.use(await startServices(root, own));
  if (filled === undefined) await fillProducts(own);
  const order = () => postOrder(running.orderUrl, productId(anyProduct()));
  return { name, order, cpuMs: () => running.cpuMs(), rounds: [], cpu: [] };
}

const ownDatabases = await databases();
const recorded = await record(here, ownDatabases);
const bare = resources.use(await BareOrders.open(recorded, ownDatabases));
const contenders: Contender[] = [
  { name: "bare", order: () => bare.order(anyProduct()), rounds: [], cpu: [] },
  await services("services", here, ownDatabases),
];
for (const folder of values.against) contenders.push(await services(basename(folder), folder));

const sum = (cpu: Readonly<Record<string, number>>): number => Object.values(cpu).reduce((all, each) => all + each, 0);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
print(
  `${[...recorded.writtenDown, ...recorded.reserved, ...recorded.confirmed].length} round trips in three transactions`,
);
// Code that has answered a few hundred calls is still interpreted: without this the services look three times as slow.
for (const { order, cpuMs } of contenders)
  await measure(order, WARM_CLIENTS, cpuMs === undefined ? 1_000 : Number(values.warm));
for (const clients of values.clients.split(",").map(Number)) {
  for (const each of contenders) each.rounds.length = each.cpu.length = 0;
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) {
      const before = contender.cpuMs && sum(await contender.cpuMs());
      const seen = await measure(contender.order, clients, ms);
      contender.rounds.push(seen);
      if (contender.cpuMs !== undefined && before !== undefined)
        contender.cpu.push((sum(await contender.cpuMs()) - before) / seen.latencies.length);
    }
  }
  const rate = ({ rounds: all }: Contender): number =>
    quantile(
      all.map(({ perSecond }) => perSecond),
      0.5,
    );
  const base = rate(contenders[0] ?? { name: "", order: async () => undefined, rounds: [], cpu: [] });
  print(`${clients} clients, ${rounds} rounds of ${ms} ms`);
  for (const contender of contenders) {
    const rates = contender.rounds.map(({ perSecond }) => perSecond);
    const latencies = contender.rounds.flatMap((round) => round.latencies);
    print(
      [
        contender.name.padEnd(12),
        `${rate(contender).toFixed(0).padStart(6)}/s (${quantile(rates, 0).toFixed(0)}..${quantile(rates, 1).toFixed(0)})`,
        `${(rate(contender) / base).toFixed(2)} of bare`,
        `p50 ${quantile(latencies, 0.5).toFixed(1)} ms, p99 ${quantile(latencies, 0.99).toFixed(1)} ms`,
        contender.cpu.length === 0 ? "" : `CPU of both services ${quantile(contender.cpu, 0.5).toFixed(2)} ms an order`,
      ].join("  "),
    );
  }
}
