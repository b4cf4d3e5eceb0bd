import { Agent } from "node:http";
import { type CallOptions, type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ProductService } from "@skyport/proto";

/** How much longer the client waits than it tells the service, in milliseconds: an answer that is later than that is late. */
export const GRACE_MS = 1_000;

/** Clients of one instance, on connections of their own. */
export class Endpoint implements Disposable {
  readonly url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #products: Client<typeof ProductService>;
  #late = 0;

  constructor(url: string) {
    this.url = url;
    const nodeOptions = { agent: this.#agent };
    this.#products = createClient(
      ProductService,
      createConnectTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions }),
    );
  }

  /** Calls that the service had not answered when its deadline was well over. Only one that is stopped may do that. */
  get late(): number {
    return this.#late;
  }

  /**
   * One call. The service is told `deadlineMs`; the client's own patience is longer, so that it is seen whether the
   * service keeps to the deadline by itself.
   */
  async call<R>(
    deadlineMs: number,
    work: (products: Client<typeof ProductService>, options: CallOptions) => Promise<R>,
  ): Promise<R> {
    const patience = new AbortController();
    const timer = setTimeout(() => {
      this.#late += 1;
      patience.abort();
    }, deadlineMs + GRACE_MS);
    try {
      const headers = { "connect-timeout-ms": String(Math.max(1, Math.floor(deadlineMs))) };
      return await work(this.#products, { headers, signal: patience.signal });
    } finally {
      clearTimeout(timer);
    }
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
