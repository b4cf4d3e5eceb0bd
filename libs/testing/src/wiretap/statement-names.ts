import type { Wiretap } from "./wiretap.ts";

/** What statements do, by what they begin with, blanks and line ends being one blank: the first that fits; undefined for no call's. */
export type StatementNames = readonly (readonly [RegExp, string | undefined])[];

/** What the services' database library runs for every service. */
const COMMON: StatementNames = [
  // It goes in front of a read whenever another power of two of milliseconds is left.
  [/^set statement_timeout/, undefined],
  // The cache makes sure that the database is still the same.
  [/pg_control_system/, undefined],
  // A connection is made.
  [/^select pg_backend_pid/, undefined],
  [/^begin/, "begin"],
  [/^commit/, "commit"],
  [/^rollback/, "rollback"],
  [/^select pg_current_xact_id\(\)/, "xid"],
  [/pg_try_advisory_xact_lock/, "lock request"],
  [/^select fingerprint, response from request_ids/, "find answer"],
  [/^insert into request_ids/, "keep answer"],
];

/** A short name for a statement; undefined for those that are no call's, its own text when it has none. */
export function statementName(text: string, names: StatementNames): string | undefined {
  const line = text.replace(/\s+/g, " ").trim();
  const known = [...COMMON, ...names].find(([pattern]) => pattern.test(line));
  return known === undefined ? line : known[1];
}

/** The round trips that a tap has seen, by the names of their statements, joined by "+"; those of no call are left out. */
export function namedTrips({ trips }: Pick<Wiretap, "trips">, names: StatementNames): string[] {
  const named = trips.map((trip) => trip.flatMap(({ text }) => statementName(text, names) ?? []).join(" + "));
  return named.filter((trip) => trip !== "");
}

const ATTEMPTS = 5;

/**
 * The round trips of a call whose connection has run its statements before: the first time it asks for the types of their
 * parameters, each in a round trip of its own. So a call that makes other round trips than expected is made again, a few
 * times; one whose statements have changed never makes those.
 *
 * @param call makes the call and gives its round trips
 */
export async function tripsOnceWarm(
  expected: readonly string[],
  call: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    const trips = await call();
    if (attempt === ATTEMPTS || JSON.stringify(trips) === JSON.stringify(expected)) return trips;
  }
}
