import { describeError } from "./check/describe-error.ts";
import { Cleanup } from "./cleanup.ts";
import { CONNECT_GET, clientsOf, GRPC, openWires, PROTOCOLS, type Protocol } from "./clients.ts";
import type { Addresses } from "./config.ts";
import { audit } from "./flow/audit.ts";
import { batches } from "./flow/batches.ts";
import { exercise } from "./flow/exercise.ts";
import { type Flow, makeTag } from "./flow/flow.ts";
import { lists } from "./flow/lists.ts";
import { orders } from "./flow/orders.ts";
import { refusals } from "./flow/refusals.ts";
import { requestIds } from "./flow/request-ids.ts";
import { stock } from "./flow/stock.ts";
import { updates } from "./flow/updates.ts";
import { exerciseByFetch } from "./http/exercise.ts";
import { wire } from "./http/wire.ts";
import { Report, Stopped } from "./report.ts";
import { health, probes } from "./server/probes.ts";
import { reflection } from "./server/reflection.ts";

type Steps = (flow: Flow) => Promise<void>;

/** The flow that every protocol runs. */
const FLOW: readonly Steps[] = [exercise, updates, batches, lists, stock, requestIds, orders, refusals];

/**
 * Runs every step against the services, up to the first that fails, and removes what it has made.
 *
 * @returns whether all has passed
 */
export async function run(addresses: Addresses, print: (line: string) => void): Promise<boolean> {
  const report = new Report(print);
  const cleanup = new Cleanup();
  // Closed last: what was made is removed over the connections that made it.
  using connections = new DisposableStack();
  try {
    await runSteps({ report, cleanup, connections, addresses });
    report.section("Afterwards");
    await report.step("what was made is removed again", async () => {
      const [left] = await cleanup.run();
      if (left !== undefined) throw new Error(`cannot remove ${left.name}`, { cause: left.error });
    });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    for (const { name, error: why } of await cleanup.run()) {
      report.note(`left behind: ${name} (${describeError(why).split("\n")[0]})`);
    }
  }
  report.summary();
  return report.failed === 0;
}

interface Run {
  readonly report: Report;
  readonly cleanup: Cleanup;
  readonly connections: DisposableStack;
  readonly addresses: Addresses;
}

async function runSteps({ report, cleanup, connections, addresses }: Run): Promise<void> {
  const orderIds = new Set<string>();
  const open = (protocol: Protocol) => connections.use(openWires(protocol, addresses));
  const flow = (protocol: Protocol): Flow => {
    const clients = clientsOf(open(protocol));
    return { report, clients, cleanup, orderIds, tag: makeTag(protocol.slug) };
  };

  report.section(`Probes of ${addresses.productUrl} and ${addresses.orderUrl}`);
  await probes(report, addresses);
  const grpc = open(GRPC);
  await health(report, grpc);
  await reflection(report, grpc);

  report.section("The exercise by fetch and JSON");
  await exerciseByFetch(report, cleanup, orderIds, addresses);
  report.section("The wire");
  await wire(report, addresses.productUrl);

  for (const protocol of PROTOCOLS) {
    report.section(protocol.name);
    const one = flow(protocol);
    for (const steps of FLOW) await steps(one);
  }
  report.section(CONNECT_GET.name);
  const byGet = flow(CONNECT_GET);
  await exercise(byGet);
  report.section("The books");
  await audit(byGet);
}
