import type { Deadline } from "@skyport/deadline";
import type { Context } from "../context.ts";
import { cacheUnavailable } from "../errors.ts";
import type { CacheKey } from "../key.ts";
import { newToken } from "../token.ts";
import type { Intents, Writer } from "../types.ts";
import { releaseUntilConfirmed } from "./release-until-confirmed.ts";
import type { Transactor } from "./transactor.ts";
import { WriteSession } from "./write-session.ts";

/** Runs transactions between their intents and their confirmed releases. */
export class ProtocolWriter<Tx> implements Writer<Tx> {
  readonly #context: Context;
  readonly #transactor: Transactor<Tx>;

  constructor(context: Context, transactor: Transactor<Tx>) {
    this.#context = context;
    this.#transactor = transactor;
  }

  async write<R>(deadline: Deadline, body: (tx: Tx, intents: Intents) => Promise<R>): Promise<R> {
    const session = new WriteSession(this.#context, deadline);
    try {
      const result = await this.#transactor.transaction(
        { deadline, onOutcome: (outcome) => session.finish(outcome) },
        (tx) => {
          session.restart();
          return body(tx, session);
        },
      );
      await session.acknowledge();
      return result;
    } finally {
      session.end();
    }
  }

  async reassure(deadline: Deadline, ...keys: readonly CacheKey[]): Promise<void> {
    const releases = keys.map((key) => ({ key: key.name }));
    if (releases.length === 0) return;
    const confirmed = await releaseUntilConfirmed(this.#context, releases, newToken(), deadline);
    if (!confirmed && this.#context.staleness === "never") throw cacheUnavailable("committed");
  }
}
