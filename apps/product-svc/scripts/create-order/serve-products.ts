import { PageTokens } from "@skyport/db";
import { createLogger, createRpcServer } from "@skyport/rpc";
import { checkMessage } from "../../src/checks.ts";
import type { Context } from "../../src/context.ts";
import { routes } from "../../src/routes/index.ts";
import type { Stage } from "../hot-product/stage.ts";

/** product-svc on a free port of this process, with a reserver of ours. */
export async function serveProducts(
  { database, products, writer, toMessage, toVersioned }: Stage,
  reserver: Context["reserver"],
): Promise<AsyncDisposable & { readonly url: string }> {
  const context: Context = {
    database,
    products,
    writer,
    reserver,
    pageTokens: new PageTokens("page tokens of a measurement of CreateOrder"),
    toMessage,
    toVersioned,
    readiness: {},
    close: async () => undefined,
  };
  const server = createRpcServer({
    name: "product-svc",
    port: 0,
    logger: createLogger({ name: "product-svc", level: "fatal" }),
    services: (router) => routes(router, context),
    checkMessage,
  });
  const { url } = await server.listen();
  return { url, [Symbol.asyncDispose]: () => server.close() };
}
