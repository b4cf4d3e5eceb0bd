/** How often the database is asked who it is, in milliseconds. */
const EVERY_MS = 10_000;

/**
 * Notices that the database behind a running service is another one, or the same one restored or failed over: what is
 * cached of it may hold commits that were lost. While the database does not answer, nothing is concluded.
 */
export class IdentityWatch implements Disposable {
  readonly #ask: () => Promise<string>;
  readonly #onChange: () => void;
  readonly #timer: NodeJS.Timeout;
  #known: string | undefined;

  constructor(ask: () => Promise<string>, onChange: () => void, everyMs = EVERY_MS) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#timer = setInterval(() => void this.look(), everyMs).unref();
  }

  /** Asks now. Never rejects. */
  async look(): Promise<void> {
    const identity = await this.#ask().catch(() => undefined);
    if (identity === undefined || identity === this.#known) return;
    const changed = this.#known !== undefined;
    this.#known = identity;
    if (changed) this.#onChange();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
