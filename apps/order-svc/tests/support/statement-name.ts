/** What a statement does, by what it begins with; the first that fits. */
const NAMES: readonly (readonly [RegExp, string | undefined])[] = [
  // It goes in front of a read whenever another power of two of milliseconds is left.
  [/^set statement_timeout/, undefined],
  // The cache makes sure that the database is still the same.
  [/pg_control_system/, undefined],
  // A connection is made.
  [/^select pg_backend_pid/, undefined],
  [/^begin/, "begin"],
  [/^commit/, "commit"],
  [/^rollback/, "rollback"],
  [/pg_current_xact_id/, "xid"],
  [/pg_try_advisory_xact_lock/, "lock request"],
  [/^select fingerprint, response from request_ids/, "find answer"],
  [/^insert into request_ids/, "keep answer"],
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
];

/** A short name for a statement; undefined for those that are no call's, its own text when it has none. */
export function statementName(text: string): string | undefined {
  const line = text.replace(/\s+/g, " ").trim();
  const known = NAMES.find(([pattern]) => pattern.test(line));
  return known === undefined ? line : known[1];
}
