import { Deadline } from "@skyport/deadline";
import type { Logger } from "pino";

/** Throws, or rejects, when the service cannot do its work without this part. It has until the deadline. */
export type ReadinessCheck = (deadline: Deadline) => void | Promise<void>;

/** What `/readyz` and the health service tell. */
export interface ReadinessState {
  readonly ready: boolean;
  /** Names of the checks that fail; `draining` once the server shuts down. */
  readonly failing: readonly string[];
}

export interface ReadinessOptions {
  readonly logger: Logger;
  /** Time all checks have together, in milliseconds. Default 1,000. */
  readonly timeoutMs?: number;
}

/** Whether a server may be sent traffic: every check passes, and it is not shutting down. */
export class Readiness {
  readonly #checks: readonly (readonly [string, ReadinessCheck])[];
  readonly #logger: Logger;
  readonly #timeoutMs: number;
  readonly #draining = new AbortController();
  #running: Promise<ReadinessState> | undefined;

  constructor(checks: Readonly<Record<string, ReadinessCheck>>, options: ReadinessOptions) {
    this.#checks = Object.entries(checks);
    this.#logger = options.logger;
    this.#timeoutMs = options.timeoutMs ?? 1_000;
  }

  /** Aborts when the server begins to shut down. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  /** Answers "not ready" from now on. */
  drain(): void {
    this.#draining.abort();
  }

  /** Runs all checks at once. Callers at the same time share one run: probes cannot pile up work. Never rejects. */
  async check(): Promise<ReadinessState> {
    if (this.draining.aborted) return { ready: false, failing: ["draining"] };
    this.#running ??= this.#runAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #runAll(): Promise<ReadinessState> {
    const deadline = Deadline.after(this.#timeoutMs);
    const results = await Promise.all(this.#checks.map(([name, check]) => this.#passes(name, check, deadline)));
    const failing = this.#checks.map(([name]) => name).filter((_, index) => results[index] === false);
    return { ready: failing.length === 0, failing };
  }

  async #passes(name: string, check: ReadinessCheck, deadline: Deadline): Promise<boolean> {
    try {
      await deadline.race((async () => check(deadline))());
      return true;
    } catch (err) {
      this.#logger.warn({ check: name, err }, "not ready");
      return false;
    }
  }
}
