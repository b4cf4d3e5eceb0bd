import type { Execution } from "@skyport/testing";

/** Statements that were sent together, each list before the first of it was answered. */
export type Trips = readonly (readonly Execution[])[];

/** What stands for one order in statements that were recorded: another order has other values in these places. */
export interface Identity {
  readonly orderId: string;
  readonly productId: string;
  /** The product's key in its database, which stands in JSON. */
  readonly productKey: number;
}

const BEGIN = /^\s*begin\b/i;
const COMMIT = /^\s*commit\b/i;

function mentions(execution: Execution, { orderId, productId }: Identity): boolean {
  return execution.parameters.some((value) => value !== null && (value.includes(orderId) || value.includes(productId)));
}

/**
 * The transactions that one order was in, among what passed on all connections to a database meanwhile.
 *
 * @throws Error when they do not all begin and end
 */
export function transactionsOf(trips: Trips, identity: Identity): Trips[] {
  const transactions: (readonly Execution[])[][] = [];
  let open: (readonly Execution[])[] | undefined;
  for (const trip of trips) {
    const [first] = trip;
    if (first === undefined) continue;
    if (BEGIN.test(first.text)) {
      if (open !== undefined) throw new Error("two transactions were under way at once");
      open = [];
    }
    const ends = COMMIT.test(trip.at(-1)?.text ?? "");
    const belongs = BEGIN.test(first.text) || ends || trip.some((execution) => mentions(execution, identity));
    if (open === undefined || !belongs) continue;
    open.push(trip);
    if (!ends) continue;
    if (open.flat().some((execution) => mentions(execution, identity))) transactions.push(open);
    open = undefined;
  }
  if (open !== undefined) throw new Error("a transaction has not ended");
  return transactions;
}

/** The same statements for another order. */
export function asIf(trips: Trips, from: Identity, to: Identity): Trips {
  const key = new RegExp(`("product_?[kK]ey":\\s*"?)${from.productKey}\\b`, "g");
  const change = (value: string | null): string | null =>
    value
      ?.replaceAll(from.orderId, to.orderId)
      .replaceAll(from.productId, to.productId)
      .replace(key, `$1${to.productKey}`) ?? null;
  return trips.map((trip) => trip.map(({ text, parameters }) => ({ text, parameters: parameters.map(change) })));
}
