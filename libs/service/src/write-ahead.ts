import { type Cache, createWriter, type Intents, type Writer } from "@skyport/cache";
import type { Database, Session, Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";

/** Writes rows that are cached. */
export interface StorageWriter extends Writer<Transaction> {
  /**
   * As `write`, with statements that travel with BEGIN; the body is given what they found. They are answered before any
   * intent is taken, so they may lock and read, and change what is not cached.
   *
   * @param ahead those of its statements that change anything need the condition `IN_TRANSACTION`
   */
  writeAhead<A, R>(
    deadline: Deadline,
    ahead: (session: Session) => Promise<A>,
    body: (tx: Transaction, intents: Intents, found: A) => Promise<R>,
  ): Promise<R>;
}

/** A writer of a database's cached rows. */
export function storageWriter(cache: Cache, database: Database): StorageWriter {
  const plain = createWriter(cache, database);
  return {
    write: (deadline, body) => plain.write(deadline, body),
    reassure: (deadline, ...keys) => plain.reassure(deadline, ...keys),
    writeAhead: <A, R>(
      deadline: Deadline,
      ahead: (session: Session) => Promise<A>,
      body: (tx: Transaction, intents: Intents, found: A) => Promise<R>,
    ): Promise<R> => {
      const writer = createWriter<readonly [Transaction, A]>(cache, {
        transaction: (options, run) => database.transaction({ ...options, ahead }, (tx, found) => run([tx, found])),
      });
      return writer.write(deadline, ([tx, found], intents) => body(tx, intents, found));
    },
  };
}
