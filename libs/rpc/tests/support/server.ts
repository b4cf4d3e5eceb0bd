import type { ServiceImpl } from "@connectrpc/connect";
import { DomainError, notFound } from "@skyport/errors";
import { ProductService } from "@skyport/proto";
import { callOf, createRpcServer, type ListenAddress, type RpcServer, type RpcServerOptions } from "../../src/index.ts";
import { captureLog, type LogLine } from "./log.ts";

export interface TestServer extends ListenAddress, AsyncDisposable {
  readonly server: RpcServer;
  readonly lines: readonly LogLine[];
  /** Resolves with the first log line, past or to come, for which `matches` holds. */
  readonly line: (matches: (line: LogLine) => boolean) => Promise<LogLine>;
}

/** Stub handlers: the id in the request chooses what happens. */
export const stubProducts: Partial<ServiceImpl<typeof ProductService>> = {
  getProduct({ id }, context) {
    if (id === "missing") throw notFound("product", id);
    if (id === "bug") throw new TypeError("cannot read SELECT secret FROM db-host-7");
    if (id === "internal") throw new DomainError("INTERNAL", "SELECT secret FROM db-host-7");
    return { product: { id, title: callOf(context).id } };
  },
  createProduct: ({ product }) => (product === undefined ? {} : { product }),
  listProducts: () => ({ products: [{ id: "large", title: "x".repeat(100_000) }] }),
};

export async function startServer(
  options: Partial<RpcServerOptions> = {},
  products: Partial<ServiceImpl<typeof ProductService>> = stubProducts,
): Promise<TestServer> {
  const { logger, lines, line } = captureLog();
  const server = createRpcServer({
    name: "test",
    port: 0,
    logger,
    services: (router) => router.service(ProductService, products),
    graceMs: 1_000,
    ...options,
  });
  const address = await server.listen();
  return { ...address, server, lines, line, [Symbol.asyncDispose]: () => server.close() };
}
