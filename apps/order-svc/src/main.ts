import { main } from "@skyport/service";
import { toConfig } from "./config.ts";
import { start } from "./server.ts";

await main("order-svc", toConfig, start);
