import type { Writer } from "@skyport/cache";
import { retryContention } from "@skyport/db";

/**
 * Writes again, a few times, what ended in CONTENTION: a row that changed between two statements, a deadlock, a plan that
 * a migration made stale. All of a write is in its transaction, so that a failed attempt has left nothing.
 */
export function retryingWriter<Tx>(writer: Writer<Tx>): Writer<Tx> {
  return {
    write: (deadline, body) => retryContention(deadline, () => writer.write(deadline, body)),
    reassure: (deadline, ...keys) => writer.reassure(deadline, ...keys),
  };
}
