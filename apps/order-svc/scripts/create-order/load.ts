import { Agent, request } from "node:http";

const agent = new Agent({ keepAlive: true, maxSockets: 1_000 });

/** Ends the connections of `postOrder`. */
export function hangUp(): void {
  agent.destroy();
}

/** CreateOrder of one piece, by Connect's JSON over a bare client. */
export function postOrder(url: string, productId: string): Promise<{ readonly id: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly id: string }>();
  const sent = request(
    `${url}/skyport.order.v1.OrderService/CreateOrder`,
    { method: "POST", agent, headers: { "content-type": "application/json" } },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        if (response.statusCode !== 200) reject(new Error(`${response.statusCode}: ${body}`));
        // The contract's own JSON.
        else resolve((JSON.parse(body) as { order: { id: string } }).order);
      });
      response.on("error", reject);
    },
  );
  sent.on("error", reject);
  sent.end(JSON.stringify({ order: { lineItems: [{ productId, quantity: 1 }] } }));
  return promise;
}

/** What some clients saw. */
export interface Round {
  readonly perSecond: number;
  /** Of each order, in milliseconds. */
  readonly latencies: readonly number[];
}

/** Clients that order one after the other, for a while. */
export async function measure(order: () => Promise<unknown>, clients: number, ms: number): Promise<Round> {
  const latencies: number[] = [];
  const start = performance.now();
  const client = async (): Promise<void> => {
    for (let at = start; at - start < ms; ) {
      await order();
      const now = performance.now();
      latencies.push(now - at);
      at = now;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { perSecond: latencies.length / ((performance.now() - start) / 1_000), latencies };
}

/** The value that a share of the values is at most. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
