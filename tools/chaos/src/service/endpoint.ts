import { Agent } from "node:http";
import { type CallOptions, type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { ProductService } from "@skyport/proto";
import { withPatience } from "./with-patience.ts";

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

  /** One call, see `withPatience`. */
  call<R>(
    deadlineMs: number,
    work: (products: Client<typeof ProductService>, options: CallOptions) => Promise<R>,
  ): Promise<R> {
    const onLate = (): void => {
      this.#late += 1;
    };
    return withPatience(deadlineMs, onLate, (options) => work(this.#products, options));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
