import { OrderView } from "@skyport/proto";
import type { RetryOptions } from "@skyport/rpc";
import type { AuditOptions } from "./args.ts";
import { audit } from "./audit.ts";
import { jsonReport } from "./json-report.ts";
import { count, startProgress } from "./progress.ts";
import { readerOf } from "./reader.ts";
import { repair } from "./repair.ts";
import { report } from "./report.ts";
import { openSystem, type System } from "./system.ts";

export interface RunOptions {
  /** Takes the report. */
  readonly print: (text: string) => void;
  /** Where progress is shown. */
  readonly progress: NodeJS.WriteStream;
  /** Overrides how calls are repeated. */
  readonly retry?: RetryOptions;
}

/**
 * Audits the services, repairs if asked to, and reports.
 *
 * @returns whether nothing was found
 * @throws AuditError when a service cannot be reached, at first or later on
 */
export async function run(options: AuditOptions, { print, progress, retry = {} }: RunOptions): Promise<boolean> {
  let retries = 0;
  const onRetry = (): void => {
    retries += 1;
  };
  using system = openSystem(options, { onRetry, ...retry });
  await requireReachable(system);
  const reader = readerOf(system, options.pageSize);
  const result = await audit({
    system,
    reader,
    pageSize: options.pageSize,
    progress: (label, hasEnd) => startProgress(label, hasEnd, progress),
  });
  const repairs =
    options.repair === undefined
      ? undefined
      : await repair({ product: system.product, reader }, result.findings.kept, options.repair);
  print((options.json ? jsonReport : report)(result, repairs));
  if (retries > 0) progress.write(`retries: ${count(retries)}\n`);
  return result.findings.total === 0;
}

/** One cheap call to each service, so that a wrong address is told at once and in one line. */
async function requireReachable({ product, order }: System): Promise<void> {
  await product.reach((inventory) => inventory.listReservations({ pageSize: 1 }));
  await order.reach((orders) => orders.listOrders({ pageSize: 1, view: OrderView.BASIC }));
}
