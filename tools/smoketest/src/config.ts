/** What the user has to mend before a run: its message is one line that says how. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Where the services are. */
export interface Addresses {
  readonly productUrl: string;
  readonly orderUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads PRODUCT_URL and ORDER_URL; what `npm start` uses is the default.
 *
 * @throws ConfigError naming the variable at fault
 */
export function readAddresses(env: Environment): Addresses {
  return {
    productUrl: url(env, "PRODUCT_URL", "http://127.0.0.1:8081"),
    orderUrl: url(env, "ORDER_URL", "http://127.0.0.1:8082"),
  };
}

function url(env: Environment, name: string, fallback: string): string {
  const value = env[name]?.trim() || fallback;
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, "");
  throw new ConfigError(`${name} must be an http or https URL, not "${value}"`);
}
