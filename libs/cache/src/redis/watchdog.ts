/**
 * Notices that a connection has stopped answering. Answers come in the order of the commands, so one timer for the oldest
 * command is enough, and it is armed only while commands are waiting.
 */
export class Watchdog {
  readonly #timeoutMs: number;
  readonly #onSilence: () => void;
  readonly #waiting = new Set<{ readonly since: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, onSilence: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onSilence = onSilence;
  }

  /** Watches one command; returns what is to be called when it is answered. */
  watch(): () => void {
    const command = { since: performance.now() };
    this.#waiting.add(command);
    this.#timer ??= setTimeout(() => this.#check(), this.#timeoutMs);
    return () => void this.#waiting.delete(command);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #check(): void {
    this.#timer = undefined;
    if (this.#remaining() > 0) this.#rearm();
    // When this process itself was busy, the answer may lie in the socket: let it be read before judging.
    else setImmediate(() => setImmediate(() => this.#judge()));
  }

  #judge(): void {
    if (this.#remaining() > 0) this.#rearm();
    else this.#onSilence();
  }

  #rearm(): void {
    if (this.#waiting.size > 0) this.#timer ??= setTimeout(() => this.#check(), Math.ceil(this.#remaining()));
  }

  /** Milliseconds that the oldest command still has; Infinity when none waits. */
  #remaining(): number {
    const [oldest] = this.#waiting;
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.since + this.#timeoutMs - performance.now();
  }
}
