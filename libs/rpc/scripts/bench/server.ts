import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ProductService } from "@skyport/proto";
import { createLogger, createRpcServer, DEFAULT_LIMITS, type LogLevel, shareEncoded } from "../../src/index.ts";
import { exchange, type Format, ID, response } from "./answers.ts";

/*
 * One of the servers that bench-unary.ts compares, in a process of its own: `raw <format>`, or
 * `rpc <fast|stock> <shared|anew> <log level>`. It tells its port, and on a message how much processor time it has used.
 */

function tell(message: { port: number } | { cpuUs: number }): void {
  process.send?.(message);
}

/** The least that a server can do: read the body and answer the same bytes. */
async function raw(format: Format): Promise<number> {
  const { type, answer } = exchange(format);
  // As long as ours keeps a connection that waits for its turn.
  const server = createServer({ keepAliveTimeout: DEFAULT_LIMITS.keepAliveTimeoutMs }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(200, { "content-type": type, "content-length": answer.length });
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function rpc(fastPath: boolean, shared: boolean, level: LogLevel): Promise<number> {
  const products = new Map([[ID, shared ? shareEncoded(response(ID)) : response(ID)]]);
  const server = createRpcServer({
    name: "bench",
    port: 0,
    fastPath,
    logger: createLogger({ name: "bench", level }),
    services: (router) => router.service(ProductService, { getProduct: async ({ id }) => products.get(id) ?? {} }),
  });
  return (await server.listen()).port;
}

const [kind, first, second, level] = process.argv.slice(2);
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  tell({ cpuUs: user + system });
});
process.on("disconnect", () => process.exit());
const port =
  kind === "raw"
    ? await raw(first === "binary" ? "binary" : "json")
    : await rpc(first === "fast", second === "shared", level === "info" ? "info" : "warn");
tell({ port });
