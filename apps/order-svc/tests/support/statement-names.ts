import { namedTrips, type StatementNames, statementName, type Wiretap } from "@skyport/testing";

/** What the service's own statements do. */
export const NAMES: StatementNames = [
  [/^SELECT \* FROM order_intentions WHERE request_id/, "find intention of request"],
  [/^SELECT \* FROM order_intentions WHERE order_id .* state = 'open'$/, "find open intention"],
  [/^SELECT \* FROM order_intentions WHERE state = 'open' AND \(create_time/, "list open intentions"],
  [/^select .* from "order_intentions" where/, "find intention"],
  [/^INSERT INTO order_intentions/, "insert intention"],
  [/^UPDATE order_intentions SET state/, "close intention"],
  [/^WITH handed AS \(/, "hand over"],
  [/^WITH made AS \( INSERT INTO orders/, "insert order"],
  [/^SELECT \* FROM orders .* FOR UPDATE/, "lock order"],
  [/^UPDATE orders SET generation/, "set generation"],
  [/^WITH made AS \( UPDATE orders SET state/, "set state"],
  [/^WITH made AS \( UPDATE orders SET line_items/, "set line items"],
  [/^WITH gone AS \( DELETE FROM orders/, "delete order"],
  [/^select .* from "orders" inner join jsonb_array_elements_text/, "find orders"],
  [/^select .* from "orders" .*limit/, "list orders"],
  [/^UPDATE order_intentions SET attempts .* AND true ORDER BY/, "claim overdue"],
  [/^UPDATE order_intentions SET attempts .* AND deadline <= now\(\)/, "claim late"],
  [/^UPDATE order_intentions SET due_time/, "postpone"],
  [/^DELETE FROM order_intentions/, "sweep intentions"],
];

/** Every name that a statement of the service can have. */
export const STATEMENT_NAMES: readonly string[] = NAMES.flatMap(([, name]) => name ?? []);

/** A short name for a statement; undefined for those that are no call's, its own text when it has none. */
export function nameOf(text: string): string | undefined {
  return statementName(text, NAMES);
}

/** The round trips that a tap has seen, by the names of their statements. */
export function tripsIn(tap: Wiretap): string[] {
  return namedTrips(tap, NAMES);
}
