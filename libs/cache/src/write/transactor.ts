import type { Deadline } from "@skyport/deadline";

/** What became of a transaction, once that is certain. */
export type CommitOutcome = "committed" | "rolled_back";

/** As `CommitOutcome`, or a promise of it when the answer to COMMIT was lost. */
export type ToldOutcome = CommitOutcome | { readonly unknown: Promise<CommitOutcome> };

/**
 * Whoever runs transactions; `Database` of @skyport/db has this shape. Its promises, which the cache relies on:
 * - the server itself ends a transaction some time before the intents' lifetime is over (`transaction_timeout`, answered
 *   before the body runs);
 * - `onOutcome` is called once and awaited before `transaction` settles.
 */
export interface Transactor<Tx> {
  transaction<R>(
    options: { readonly deadline: Deadline; readonly onOutcome: (outcome: ToldOutcome) => Promise<void> },
    body: (tx: Tx) => Promise<R>,
  ): Promise<R>;
}
