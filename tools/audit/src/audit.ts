import { OrderView } from "@skyport/proto";
import { type Examined, examine } from "./examine.ts";
import { Findings } from "./findings.ts";
import { type Lag, measureLag } from "./lag.ts";
import type { Progress } from "./progress.ts";
import type { Reader, Suspect } from "./reader.ts";
import { microsOf } from "./seen.ts";
import { auditStock, type StockTotals } from "./stock.ts";
import type { System } from "./system.ts";
import { type WalkTotals, walk } from "./walk.ts";

/** What an audit has found, and what it has looked at. */
export interface AuditResult {
  readonly findings: Findings;
  readonly stock: StockTotals;
  readonly walk: WalkTotals;
  /** Orders and reservations that were looked at again, because the lists alone could not settle them. */
  readonly examined: number;
  /** How many of those were being changed whenever they were looked at. */
  readonly unsettled: number;
  readonly lag: Lag;
}

export interface AuditDependencies {
  readonly system: Pick<System, "product" | "order">;
  readonly reader: Reader;
  readonly pageSize: number;
  readonly progress: (label: string, hasEnd: boolean) => Progress;
  /** Looks closer at suspects. Default: `examine`. */
  readonly examine?: (reader: Reader, suspects: readonly Suspect[]) => Promise<Examined>;
}

/** How many suspects are looked at together: their open intentions are listed once for all of them. */
const BATCH = 500;

/**
 * Audits both services over the wire, and changes nothing. Memory is bounded: a page of each list, the window of the
 * join, a batch of suspects, and the findings that are shown.
 *
 * @throws AuditError when it cannot be carried out to its end
 */
export async function audit(dependencies: AuditDependencies): Promise<AuditResult> {
  const findings = new Findings();
  const stock = await checkStock(dependencies, findings);
  const crossed = await checkOrders(dependencies, findings);
  const lag = await measureLag(dependencies.reader, Date.now());
  return { findings, stock, ...crossed, lag };
}

async function checkStock({ system, pageSize, progress }: AuditDependencies, findings: Findings): Promise<StockTotals> {
  let totals: StockTotals = { products: 0n, reservations: 0n, inStock: 0n, reserved: 0n };
  const shown = progress("stock", false);
  try {
    for await (const page of auditStock(system, pageSize)) {
      findings.add(page.findings);
      totals = page.totals;
      shown.report(Number(totals.products + totals.reservations));
    }
  } finally {
    shown.stop();
  }
  return totals;
}

type Crossed = Pick<AuditResult, "walk" | "examined" | "unsettled">;

async function checkOrders(
  { system, reader, pageSize, progress, examine: look = examine }: AuditDependencies,
  findings: Findings,
): Promise<Crossed> {
  let totals: WalkTotals = { orders: 0, confirmed: 0, pending: 0, cancelled: 0, reservations: 0 };
  let examined = 0;
  let unsettled = 0;
  let waiting: Suspect[] = [];
  const settle = async (least: number): Promise<void> => {
    while (waiting.length > 0 && waiting.length >= least) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      const seen = await look(reader, batch);
      findings.add(seen.findings);
      examined += batch.length;
      unsettled += seen.unsettled;
    }
  };
  const fractionAt = await timeline(system);
  const shown = progress("orders", true);
  try {
    for await (const step of walk(system, pageSize)) {
      totals = step.totals;
      waiting = waiting.concat(step.suspects);
      shown.report(totals.orders, fractionAt(step.at));
      await settle(BATCH);
    }
    await settle(1);
  } finally {
    shown.stop();
  }
  return { walk: totals, examined, unsettled };
}

/** How far a moment is between the first order and the last one of now. */
async function timeline({ order }: Pick<System, "order">): Promise<(ms: number) => number> {
  const [first, last] = await Promise.all(
    ["create_time", "create_time desc"].map(async (orderBy) => {
      const { orders } = await order.ask((client) =>
        client.listOrders({ pageSize: 1, orderBy, view: OrderView.BASIC }),
      );
      return Number(microsOf(orders[0]?.createTime) / 1_000n);
    }),
  );
  const start = first ?? 0;
  const length = (last ?? 0) - start;
  return (ms) => (length > 0 ? Math.max(0, Math.min(1, (ms - start) / length)) : 1);
}
