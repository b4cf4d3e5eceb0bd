import { createLogger } from "@skyport/rpc";
import type { Config } from "../../src/config.ts";
import { start } from "../../src/server.ts";
import { type Clients, connect } from "./clients.ts";

export const PAGE_TOKEN_SECRET = "the same secret for all instances";

/** A service that listens on a real port, and clients of it. */
export interface TestService extends Clients, AsyncDisposable {
  readonly url: string;
  /** What it has logged with the reason INTERNAL: never anything, unless it is broken. */
  readonly internalErrors: readonly string[];
  /** What made it want to stop. */
  readonly fatal: readonly unknown[];
}

/** Starts a service from a plain configuration. */
export async function startService(config: Partial<Config> & Pick<Config, "databaseUrl">): Promise<TestService> {
  const internalErrors: string[] = [];
  const fatal: unknown[] = [];
  const write = (line: string): void => {
    if (line.includes('"reason":"INTERNAL"')) internalErrors.push(line);
  };
  const logger = createLogger({ name: "product-svc", level: "error", format: "json", destination: { write } });
  const { server, context } = await start(
    {
      host: "127.0.0.1",
      port: 0,
      databaseDirectUrl: config.databaseUrl,
      redisUrl: undefined,
      pageTokenSecret: PAGE_TOKEN_SECRET,
      corsOrigins: [],
      migrateOnStart: false,
      log: { level: "error", format: "json" },
      imageRoot: "https://images.example/products",
      ...config,
    },
    logger,
    (error) => fatal.push(error),
  );
  const { url } = await server.listen();
  const clients = connect(url);
  return {
    ...clients,
    url,
    internalErrors,
    fatal,
    async [Symbol.asyncDispose]() {
      clients[Symbol.dispose]();
      await server.close();
      await context.close();
    },
  };
}
