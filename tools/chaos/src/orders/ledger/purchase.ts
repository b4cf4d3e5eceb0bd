import type { WantedLine } from "./lines.ts";

export type Standing = "confirmed" | "cancelled" | "gone";

/** An order as its callers know it from the last answer. */
export interface Known {
  readonly id: string;
  standing: Standing;
  lines: string;
  etag: string;
}

/** What is kept of a purchase's story: the newest, a line each. */
const STORY = 80;

/** Everything that callers know of one create request and of what came of it. */
export class Purchase {
  readonly number: number;
  readonly requestId: string;
  readonly wanted: readonly WantedLine[];
  /** Refused: told for good that nothing came of it. */
  fate: "open" | "acknowledged" | "refused" = "open";
  /** Its orders by id. More than one only when the first was cancelled before it was ever confirmed. */
  readonly orders = new Map<string, Known>();
  /** What its order may hold: the lines of every request that asked for them. */
  readonly possible = new Set<string>();
  /** The first answer to the create. */
  answered: { readonly id: string; readonly lines: string; readonly etag: string } | undefined;
  /** How many changes were asked for. */
  changes = 0;
  /** The etags on which a change was granted: each order has each but once. */
  readonly spentEtags = new Set<string>();
  /** Somebody cancelled, deleted or changed it without asking whether anybody was at it. */
  isContended = false;
  /** It is at a named point: the load leaves it alone. */
  isReserved = false;
  readonly story: string[] = [];
  #active = 0;
  #isShared = false;
  #quietSince = 0;

  constructor(number: number, requestId: string, wanted: readonly WantedLine[]) {
    this.number = number;
    this.requestId = requestId;
    this.wanted = wanted;
  }

  /** The order that a change may be asked for. */
  get confirmed(): Known | undefined {
    return [...this.orders.values()].find(({ standing }) => standing === "confirmed");
  }

  /** Something is asked for that has no answer yet. */
  get isActive(): boolean {
    return this.#active > 0;
  }

  /** Something is asked for that changes it. */
  begin(): void {
    if (this.#active > 0) this.#isShared = true;
    this.#active += 1;
  }

  /** Another change was asked for while this one was under way: what one does not find the other may have deleted. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** The answer is known and written down here. */
  end(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    this.#quietSince = performance.now();
    this.#isShared = false;
  }

  /** Whether nothing has changed it from then on, so that a read which began then can only show what is known. */
  isQuietSince(time: number): boolean {
    return this.#active === 0 && this.#quietSince <= time;
  }

  note(text: string): void {
    this.story.push(`${performance.now().toFixed(0)} ms  ${text}`);
    if (this.story.length > STORY) this.story.splice(1, this.story.length - STORY);
  }
}
