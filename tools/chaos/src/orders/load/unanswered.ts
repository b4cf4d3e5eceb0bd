import type { Ledger } from "../ledger/ledger.ts";
import type { Answer, Ask, AskOptions } from "./asker.ts";

/** Who makes the attempts, see `Asker`. */
export interface Asks {
  ask<T>(ask: Ask<T>, options?: AskOptions): Promise<Answer<T>>;
}

/** A request whose outcome matters to the ledger. */
export interface Deed<T> extends Ask<T> {
  /** Writes the answer down; called once, with what is certain. */
  readonly settled: (answer: Settled<T>) => void;
  /** Whether a repeat gets the first answer again. Default false. */
  readonly keepsAnswer?: boolean;
}

export type Settled<T> = Exclude<Answer<T>, { readonly kind: "unknown" }>;

/** How often a request is repeated when everything is well: then there is an answer. */
const LAST_ATTEMPTS = 12;

/** Requests whose outcome nobody knows yet. They are repeated once more when everything is well. */
export class Unanswered {
  readonly #asker: Asks;
  readonly #ledger: Ledger;
  #left: (() => Promise<void>)[] = [];
  #repeated = 0;

  constructor(asker: Asks, ledger: Ledger) {
    this.#asker = asker;
    this.#ledger = ledger;
  }

  /** How many were left to be repeated, ever. */
  get repeated(): number {
    return this.#repeated;
  }

  get waiting(): number {
    return this.#left.length;
  }

  /** Does it, and writes down what is certain; else it is left for later. The purchase is active until it is certain. */
  async carry<T>(deed: Deed<T>, options: AskOptions = {}, asker: Asks = this.#asker): Promise<void> {
    deed.purchase?.begin();
    const answer = await asker.ask(deed, options);
    if (answer.kind === "acknowledged" || (answer.kind === "refused" && answer.isSure)) {
      deed.settled(answer);
      deed.purchase?.end();
    } else {
      this.#repeated += 1;
      this.#left.push(() => this.#repeat(deed, asker));
    }
  }

  /** Repeats what is left. Everything has to be well, and every earlier attempt to be over. */
  async settle(): Promise<void> {
    const left = this.#left;
    this.#left = [];
    for (const repeat of left) await repeat();
  }

  async #repeat<T>(deed: Deed<T>, asker: Asks): Promise<void> {
    deed.purchase?.note(`${deed.name} is repeated, now that everything is well`);
    const answer = await asker.ask(deed, { attempts: LAST_ATTEMPTS });
    if (answer.kind === "unknown") {
      this.#ledger.violate(
        "NO ANSWER",
        `${deed.name} fails although everything is well: ${answer.reason}`,
        deed.purchase,
      );
      return;
    }
    // An earlier attempt may have done what this one was refused.
    deed.settled(answer.kind === "refused" ? { ...answer, isSure: false } : answer);
    // Whoever answers it now, it is the same answer: `settled` holds it against the first.
    if (answer.kind === "acknowledged" && deed.keepsAnswer === true) {
      const again = await asker.ask(deed, { attempts: LAST_ATTEMPTS });
      if (again.kind === "acknowledged") deed.settled(again);
      else this.#ledger.violate("OTHER ANSWER", `${deed.name}: acknowledged, then ${again.reason}`, deed.purchase);
    }
    deed.purchase?.end();
  }
}
