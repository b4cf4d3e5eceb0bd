import type { Deadline } from "@skyport/deadline";
import type { Client } from "../connection/client.ts";
import type { Parameters, Statement } from "../connection/statement.ts";
import { translateError } from "../errors/translate.ts";

/** Runs statements on the connection of one unit of work, and only while that lasts. */
export interface Session {
  /**
   * Runs one statement. Several may be started before the first is awaited: they travel together and run in order.
   *
   * @throws DomainError CONTENTION, DEADLINE_EXCEEDED or DATABASE_UNAVAILABLE; DatabaseError for what the server refuses.
   */
  run<P extends Parameters, R>(statement: Statement<P, R>, parameters: P): Promise<R>;
}

/** What a session does to each statement on its way: how the deadline reaches the server differs by unit. */
export type Dispatch = <P extends Parameters, R>(statement: Statement<P, R>, parameters: P) => Promise<R>;

/** A session that ends with its unit of work: a call that comes later runs nothing. */
export class UnitSession implements Session {
  readonly #dispatch: Dispatch;
  readonly #deadline: Deadline;
  #ended = false;
  #started = 0;
  #firstError: unknown;

  constructor(dispatch: Dispatch, deadline: Deadline) {
    this.#dispatch = dispatch;
    this.#deadline = deadline;
  }

  /** The first error of a statement, which explains why a COMMIT became a ROLLBACK. */
  get firstError(): unknown {
    return this.#firstError;
  }

  /** How many statements it was asked to run. */
  get started(): number {
    return this.#started;
  }

  end(): void {
    this.#ended = true;
  }

  async run<P extends Parameters, R>(statement: Statement<P, R>, parameters: P): Promise<R> {
    this.#started += 1;
    if (this.#ended) throw new Error("the unit of work is over: its session runs nothing more");
    this.#deadline.check();
    try {
      return await this.#dispatch(statement, parameters);
    } catch (thrown) {
      const error = translateError(thrown, this.#deadline);
      this.#firstError ??= error;
      throw error;
    }
  }
}

/**
 * The outcome of a unit's body; or the loss of its connection, or the deadline, if that comes first: a body that waits
 * for something else than the database hears of them too. The body's own end is swallowed then.
 */
export async function supervise<R>(client: Client, deadline: Deadline, body: () => Promise<R>): Promise<R> {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => undefined);
  const forget = client.connection.onLost(reject);
  const work = (async () => body())();
  try {
    return await deadline.race(Promise.race([work, lost]));
  } finally {
    forget();
    work.catch(() => undefined);
  }
}
