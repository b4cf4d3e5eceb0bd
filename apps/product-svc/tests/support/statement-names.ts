import { namedTrips, type StatementNames, statementName, type Wiretap } from "@skyport/testing";

/** What the service's own statements do. */
const NAMES: StatementNames = [
  [/^SELECT product\.\* FROM jsonb_array_elements_text/, "find products"],
  [/^SELECT pg_advisory_xact_lock\(hashtextextended\('product:'/, "lock id"],
  [/^WITH made AS \( INSERT INTO products/, "insert product"],
  [/^WITH before AS \( SELECT key, in_stock FROM products/, "update product"],
  [/^WITH gone AS \( DELETE FROM products/, "delete product"],
  [/^WITH made AS \( UPDATE products SET in_stock = in_stock \+/, "adjust stock"],
  [
    /^INSERT INTO reservations .* ON CONFLICT \(id\) DO UPDATE SET generation = reservations\.generation/,
    "lock reservations",
  ],
  [/^SELECT DISTINCT products\.id FROM/, "find moved products"],
  [/^SELECT shelf\.\* FROM/, "lock products"],
  [/^WITH movement AS \(/, "write decisions"],
  [/^DELETE FROM reservations WHERE id = ANY/, "forget unbegun"],
  [/^select .* from "reservations" where "reservations"\."id" = \$1$/, "find reservation"],
  [/^select .* from "reservations" where "reservations"\."id" > .* limit/, "list reservations"],
  [/^select .* from "products" .*limit/, "list products"],
  [/^SELECT products\.key, products\.id, products\.in_stock, \(SELECT/, "audit products"],
  [/^(SELECT|WITH) .* AS reservation_id, /, "audit reservations"],
  [/^WITH old AS MATERIALIZED \( SELECT id FROM reservations/, "sweep reservations"],
  [/^insert into changes/, "append changes"],
  [/^SELECT action, partition, next_block, moved FROM carry_forward_stock/, undefined],
];

/** Every name that a statement of the service can have. */
export const STATEMENT_NAMES: readonly string[] = ["lock request", "find answer", "keep answer"].concat(
  NAMES.flatMap(([, name]) => name ?? []),
);

/** A short name for a statement; undefined for those that are no call's, its own text when it has none. */
export function nameOf(text: string): string | undefined {
  return statementName(text, NAMES);
}

/** The round trips that a tap has seen, by the names of their statements. */
export function tripsIn(tap: Wiretap): string[] {
  return namedTrips(tap, NAMES);
}
