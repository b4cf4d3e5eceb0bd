import { notFound } from "@skyport/errors";
import { shareEncoded } from "@skyport/fastpath";
import { ProductService } from "@skyport/proto";
import { createLogger, createRpcServer, type LogLevel } from "@skyport/rpc";
import { makeProducts } from "../product.ts";

export interface OursOptions {
  /** Whether an answer is encoded once and kept, as a cached read's is, or anew for each call. */
  readonly kept: boolean;
  readonly level: LogLevel;
}

/** This project's server, with everything that it does for each call: log, deadline, limits, validation, error edge. */
export async function serveOurs({ kept, level }: OursOptions): Promise<number> {
  const products = makeProducts();
  if (kept) for (const response of products.values()) shareEncoded(response);
  const server = createRpcServer({
    name: "peer",
    port: 0,
    logger: createLogger({ name: "peer", level }),
    services: (router) =>
      router.service(ProductService, {
        getProduct: async ({ id }) => {
          const found = products.get(id);
          if (found === undefined) throw notFound("product", id);
          return found;
        },
      }),
  });
  const { port } = await server.listen();
  return port;
}
