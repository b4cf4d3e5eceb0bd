import { Agent } from "node:http";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { InventoryService, ProductService } from "@skyport/proto";

/** Generated clients on connections of their own. */
export interface Clients extends Disposable {
  readonly transport: Transport;
  readonly products: Client<typeof ProductService>;
  readonly inventory: Client<typeof InventoryService>;
}

export function connect(url: string): Clients {
  const agent = new Agent({ keepAlive: true });
  const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions: { agent } });
  return {
    transport,
    products: createClient(ProductService, transport),
    inventory: createClient(InventoryService, transport),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
