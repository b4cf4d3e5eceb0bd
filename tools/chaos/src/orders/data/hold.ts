import { type Database, type Parameters, type Statement, sqlStatement, type Transaction } from "@skyport/db";
import { Deadline } from "@skyport/deadline";
import { sql } from "drizzle-orm";

/** Longer than all that is waited for at a point together, so that none is left behind for ever. */
export const HOLD_MS = 30_000;

const backendPid = sqlStatement(sql`SELECT pg_backend_pid() AS pid`, ({ pid }) => Number(pid));

/** Locks that this run's own session holds, so that a service's transaction has to wait at a certain point. */
export class Hold implements AsyncDisposable {
  /** The session's process id, by which those that wait for it are found. */
  readonly pid: number;
  readonly #end: () => void;
  readonly #ended: Promise<void>;

  private constructor(pid: number, end: () => void, ended: Promise<void>) {
    this.pid = pid;
    this.#end = end;
    this.#ended = ended;
  }

  /** Resolves when the statement's locks are taken. */
  static async take<P extends Parameters, R>(database: Database, lock: Statement<P, R>, params: P): Promise<Hold> {
    const taken = Promise.withResolvers<number>();
    const over = Promise.withResolvers<void>();
    const body = async (tx: Transaction): Promise<void> => {
      const [pid = 0] = await tx.run(backendPid, {});
      await tx.run(lock, params);
      taken.resolve(pid);
      await over.promise;
    };
    const ended = database.transaction({ deadline: Deadline.after(HOLD_MS) }, body);
    ended.catch(taken.reject);
    return new Hold(await taken.promise, over.resolve, ended);
  }

  /** Lets go; twice is harmless. A hold whose session was ended from outside has let go already. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.#ended.catch(() => undefined);
  }
}
