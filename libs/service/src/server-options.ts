import type { RpcServerOptions } from "@skyport/rpc";
import type { ServiceConfig } from "./config.ts";

type Configured = "host" | "port" | "reusePort" | "corsOrigins" | "fastPath" | "cacheControl";

/** What a service's configuration says of its server. */
export function serverOptions(config: ServiceConfig): Pick<RpcServerOptions, Configured> {
  const { host, port, workers = 1, corsOrigins, fastPath, cacheControl } = config;
  return {
    host,
    port,
    reusePort: workers > 1,
    corsOrigins,
    ...(fastPath === undefined ? {} : { fastPath }),
    ...(cacheControl === undefined ? {} : { cacheControl }),
  };
}
