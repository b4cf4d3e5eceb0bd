import { type Env, readConfig } from "@skyport/rpc";
import { readServiceConfig, type ServiceConfig } from "@skyport/service";

/** How a product-svc runs. */
export interface Config extends ServiceConfig {
  /** Where the pictures of products are; a product's is at `ROOT/ID.jpg`. */
  readonly imageRoot: string;
}

const DEFAULT_PORT = 8081;
const DEFAULT_IMAGE_ROOT = "https://images.skyport.example/products";

/** The configuration that the environment asks for. Throws ConfigError with every bad variable, a line each. */
export function toConfig(environment: Env): Config {
  return readConfig(environment, (env) => ({
    ...readServiceConfig(env, DEFAULT_PORT),
    imageRoot: env.readUrl("PRODUCT_IMAGE_ROOT", { default: DEFAULT_IMAGE_ROOT }),
  }));
}
