import { ensureBundle, LITTLE_MEMORY } from "@skyport/bundle";
import type { DevConfig, Environment } from "./config.ts";

/** `dev` restarts a service when its source changes, and lets a debugger in. */
export type Mode = "start" | "dev";

/** How one service is run, and what tells that it is ready. */
export interface ServicePlan {
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly port: number;
  /** The variables that move its ports elsewhere, for the message when one is taken. */
  readonly ports: readonly { readonly port: number; readonly variable: string }[];
  readonly env: Environment;
}

/** The services' programs, from the project's root. */
export interface Entries {
  readonly product: string;
  readonly order: string;
}

const SOURCES: Entries = { product: "apps/product-svc/src/main.ts", order: "apps/order-svc/src/main.ts" };

/** `dev` runs the sources, which it watches; `start` the programs as production runs them, which start in a third of the time. */
export async function entriesFor(mode: Mode, root: string): Promise<Entries> {
  if (mode === "dev") return SOURCES;
  const [product, order] = await Promise.all([ensureBundle(root, "product-svc"), ensureBundle(root, "order-svc")]);
  return { product, order };
}

/** What the services need and the environment did not give. */
export interface Resources {
  readonly productDatabaseUrl: string;
  readonly orderDatabaseUrl: string;
  readonly pageTokenSecret: string;
}

export function serviceUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Both services, in the order in which they are to be started; they stop in the opposite one. */
export function planServices(
  config: DevConfig,
  mode: Mode,
  resources: Resources,
  entries: Entries,
  inherited: Environment,
): readonly ServicePlan[] {
  const common: Environment = {
    ...inherited,
    HOST: "127.0.0.1",
    PAGE_TOKEN_SECRET: resources.pageTokenSecret,
    REDIS_URL: config.redisUrl,
    // A debugger follows one process.
    WORKERS: mode === "start" ? String(config.workers) : undefined,
    // One inherited value could not fit both services.
    DATABASE_DIRECT_URL: undefined,
  };
  const args = (entry: string, inspectPort: number): readonly string[] =>
    mode === "start"
      ? [...LITTLE_MEMORY, entry]
      : ["--watch", "--watch-preserve-output", `--inspect=127.0.0.1:${inspectPort}`, entry];
  const ports = (port: number, inspectPort: number, prefix: string): ServicePlan["ports"] => [
    { port, variable: `${prefix}_PORT` },
    ...(mode === "start" ? [] : [{ port: inspectPort, variable: `${prefix}_INSPECT_PORT` }]),
  ];
  return [
    {
      name: "product-svc",
      args: args(entries.product, config.productInspectPort),
      port: config.productPort,
      ports: ports(config.productPort, config.productInspectPort, "PRODUCT"),
      env: { ...common, PORT: String(config.productPort), DATABASE_URL: resources.productDatabaseUrl },
    },
    {
      name: "order-svc",
      args: args(entries.order, config.orderInspectPort),
      port: config.orderPort,
      ports: ports(config.orderPort, config.orderInspectPort, "ORDER"),
      env: {
        ...common,
        PORT: String(config.orderPort),
        DATABASE_URL: resources.orderDatabaseUrl,
        PRODUCT_SVC_URL: serviceUrl(config.productPort),
      },
    },
  ];
}
