import { createHash } from "node:crypto";

/** The id of the n-th seeded product, from 1. */
export function productId(n: number): string {
  return `p-${String(n).padStart(9, "0")}`;
}

/** The same in SQL. */
export function productIdSql(n: string): string {
  return `'p-' || lpad((${n})::text, 9, '0')`;
}

/** The id of the n-th seeded order, from 1: it looks random, as real ones do, so that neighbours are no neighbours. */
export function orderId(n: number): string {
  const hex = createHash("md5").update(`order ${n}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The same in SQL. */
export function orderIdSql(n: string): string {
  return `md5('order ' || (${n})::text)::uuid`;
}
