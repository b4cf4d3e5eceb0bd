import { WireClient } from "./wire-client.ts";

/** Some connections, and who waits for one, first come first served. */
export class WirePool implements Disposable {
  readonly #clients: readonly WireClient[];
  readonly #free: WireClient[];
  readonly #waiting: ((client: WireClient) => void)[] = [];

  private constructor(clients: readonly WireClient[]) {
    this.#clients = clients;
    this.#free = [...clients];
  }

  static async open(url: string, connections: number): Promise<WirePool> {
    return new WirePool(await Promise.all(Array.from({ length: connections }, () => WireClient.connect(url))));
  }

  /** Has one connection for as long as the work takes. */
  async use<R>(work: (client: WireClient) => Promise<R>): Promise<R> {
    const client = this.#free.pop() ?? (await new Promise<WireClient>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(client);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(client);
      else next(client);
    }
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }
}
