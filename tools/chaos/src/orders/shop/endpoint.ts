import { Agent } from "node:http";
import { type CallOptions, type Client, createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { InventoryService, OrderService, ProductService } from "@skyport/proto";
import { withPatience } from "../../service/with-patience.ts";

/** Clients of one instance. Those of services that it does not offer are of no use. */
export interface Clients {
  readonly orders: Client<typeof OrderService>;
  readonly products: Client<typeof ProductService>;
  readonly inventory: Client<typeof InventoryService>;
}

/** One instance as its callers see it, on connections of its own. */
export class Endpoint implements Disposable {
  readonly name: string;
  readonly url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #clients: Clients;
  #late = 0;

  constructor(name: string, url: string) {
    this.name = name;
    this.url = url;
    const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions: { agent: this.#agent } });
    this.#clients = {
      orders: createClient(OrderService, transport),
      products: createClient(ProductService, transport),
      inventory: createClient(InventoryService, transport),
    };
  }

  /** Calls that had no answer when their deadline was well over. Only an instance that is stopped may do that. */
  get late(): number {
    return this.#late;
  }

  /** One call, see `withPatience`. */
  call<R>(deadlineMs: number, work: (clients: Clients, options: CallOptions) => Promise<R>): Promise<R> {
    const onLate = (): void => {
      this.#late += 1;
    };
    return withPatience(deadlineMs, onLate, (options) => work(this.#clients, options));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
