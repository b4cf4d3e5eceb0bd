import { DevError } from "./dev-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm start` and `npm run dev` take from the environment. */
export interface DevConfig {
  readonly productPort: number;
  readonly orderPort: number;
  /** Where the debuggers listen; used by `npm run dev` only. */
  readonly productInspectPort: number;
  readonly orderInspectPort: number;
  /** Absent: the embedded PostgreSQL's. */
  readonly productDatabaseUrl: string | undefined;
  readonly orderDatabaseUrl: string | undefined;
  /** Absent: each service caches in its own process. */
  readonly redisUrl: string | undefined;
  /** Processes a service, which share its port; more than one need Redis. */
  readonly workers: number;
  /** The folder that keeps data and secrets, from the project's; another one lets a second system run beside the first. */
  readonly stateDir: string;
  /** Absent: one is made and kept. */
  readonly pageTokenSecret: string | undefined;
}

const MOST_WORKERS = 64;

function given(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

function port(env: Environment, name: string, fallback: number): number {
  const text = given(env, name) ?? String(fallback);
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535) {
    throw new DevError(`${name} must be a port from 1 to 65535, got "${text}"`);
  }
  return value;
}

function workers(env: Environment, redisUrl: string | undefined): number {
  const text = given(env, "WORKERS") ?? "1";
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_WORKERS) {
    throw new DevError(`WORKERS (--workers) must be a number from 1 to ${MOST_WORKERS}, got "${text}"`);
  }
  if (value > 1 && redisUrl === undefined) {
    throw new DevError(`WORKERS (--workers) is ${value}: set REDIS_URL, for the cache that they share`);
  }
  return value;
}

/**
 * Reads the environment.
 *
 * @throws DevError naming the variable that is wrong, or the two that clash.
 */
export function readConfig(env: Environment): DevConfig {
  const ports = {
    PRODUCT_PORT: port(env, "PRODUCT_PORT", 8081),
    ORDER_PORT: port(env, "ORDER_PORT", 8082),
    PRODUCT_INSPECT_PORT: port(env, "PRODUCT_INSPECT_PORT", 9229),
    ORDER_INSPECT_PORT: port(env, "ORDER_INSPECT_PORT", 9230),
  };
  const owners = new Map<number, string>();
  for (const [name, value] of Object.entries(ports)) {
    const owner = owners.get(value);
    if (owner !== undefined)
      throw new DevError(`${owner} and ${name} are both ${value}: set one of them to another port`);
    owners.set(value, name);
  }
  const redisUrl = given(env, "REDIS_URL");
  return {
    productPort: ports.PRODUCT_PORT,
    orderPort: ports.ORDER_PORT,
    productInspectPort: ports.PRODUCT_INSPECT_PORT,
    orderInspectPort: ports.ORDER_INSPECT_PORT,
    productDatabaseUrl: given(env, "PRODUCT_DATABASE_URL"),
    orderDatabaseUrl: given(env, "ORDER_DATABASE_URL"),
    redisUrl,
    workers: workers(env, redisUrl),
    stateDir: given(env, "SKYPORT_STATE_DIR") ?? ".skyport",
    pageTokenSecret: given(env, "PAGE_TOKEN_SECRET"),
  };
}
