import { retryContention } from "@skyport/db";
import type { StorageWriter } from "@skyport/service";

/**
 * Writes again, a few times, what ended in CONTENTION: a row that changed between two statements, a deadlock, a plan that
 * a migration made stale. All of a write is in its transaction, so that a failed attempt has left nothing.
 */
export function retryingWriter(writer: StorageWriter): StorageWriter {
  return {
    write: (deadline, body) => retryContention(deadline, () => writer.write(deadline, body)),
    writeAhead: (deadline, ahead, body) => retryContention(deadline, () => writer.writeAhead(deadline, ahead, body)),
    reassure: (deadline, ...keys) => writer.reassure(deadline, ...keys),
  };
}
