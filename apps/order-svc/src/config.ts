import { type Env, readConfig } from "@skyport/rpc";
import { readServiceConfig, type ServiceConfig } from "@skyport/service";

/** How an order-svc runs. */
export interface Config extends ServiceConfig {
  /** Where product-svc is. */
  readonly productServiceUrl: string;
}

const DEFAULT_PORT = 8082;

/** The configuration that the environment asks for. Throws ConfigError with every bad variable, a line each. */
export function toConfig(environment: Env): Config {
  return readConfig(environment, (env) => ({
    ...readServiceConfig(env, DEFAULT_PORT),
    productServiceUrl: env.readUrl("PRODUCT_SVC_URL"),
  }));
}
