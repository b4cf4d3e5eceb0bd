import { type Compression, compressionNegotiate } from "@connectrpc/connect/protocol";

/** Header values that name what a caller accepts are few; this many are remembered for each plan. */
const MAX_KNOWN = 256;

/** How answers are compressed for a caller, by what it says that it accepts; null for not at all. */
export class Negotiation {
  readonly #available: Compression[];
  readonly #known = new Map<string, Compression | null>();

  constructor(available: Compression[]) {
    this.#available = available;
  }

  choose(accepted: string | string[] | undefined): Compression | null {
    if (accepted === undefined || accepted === "") return null;
    const value = String(accepted);
    let chosen = this.#known.get(value);
    if (chosen === undefined) {
      chosen = compressionNegotiate(this.#available, null, value, "Accept-Encoding").response;
      if (this.#known.size < MAX_KNOWN) this.#known.set(value, chosen);
    }
    return chosen;
  }
}
