import { createLogger } from "@skyport/rpc";
import { type Context, createContext } from "../../src/context.ts";
import { PAGE_TOKEN_SECRET } from "./service.ts";

/** What a service's routes use, without a server around it: for what depends on the order in which calls come in. */
export async function openContext(databaseUrl: string): Promise<Context> {
  const log = { level: "error", format: "json" } as const;
  return createContext(
    {
      host: "127.0.0.1",
      port: 0,
      databaseUrl,
      databaseDirectUrl: databaseUrl,
      redisUrl: undefined,
      pageTokenSecret: PAGE_TOKEN_SECRET,
      corsOrigins: [],
      migrateOnStart: false,
      log,
      imageRoot: "https://images.example/products",
    },
    createLogger({ name: "product-svc", ...log }),
    (error) => {
      throw error;
    },
  );
}
