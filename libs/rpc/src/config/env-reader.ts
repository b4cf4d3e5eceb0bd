import { ConfigError } from "./config-error.ts";

/** The environment, as `process.env` has it. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A value for when the variable is unset or empty; without one the variable is required. */
export interface Fallback<T> {
  readonly default?: T;
}

/**
 * Reads typed values from the environment and collects every problem, so that a person who starts a service hears of all
 * of them at once. A reader whose variable is bad returns a stand-in; `readConfig` throws before anybody can see it.
 * An empty value counts as unset. No message repeats a value: it may be a secret put into the wrong variable.
 */
export class EnvReader {
  readonly #env: Env;
  readonly problems: string[] = [];

  constructor(env: Env) {
    this.#env = env;
  }

  /** Any text. */
  readString(name: string, fallback?: Fallback<string>): string {
    return this.#read(name, "text", "", fallback, (text) => text);
  }

  /** Any text, or undefined when unset. */
  readOptional(name: string): string | undefined {
    return this.#text(name);
  }

  /** A whole number from `min` to `max`. */
  readInteger(name: string, range: { min: number; max: number } & Fallback<number>): number {
    const { min, max } = range;
    return this.#read(name, `a whole number from ${min} to ${max}`, min, range, (text) => {
      const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    });
  }

  /** A TCP port; 0 lets the system choose one. */
  readPort(name: string, fallback?: Fallback<number>): number {
    return this.#read(name, "a port from 0 to 65535", 0, fallback, (text) => {
      const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
      return value <= 65_535 ? value : undefined;
    });
  }

  /** `true` or `false`. */
  readBoolean(name: string, fallback?: Fallback<boolean>): boolean {
    return this.#read(name, "true or false", false, fallback, (text) =>
      text === "true" ? true : text === "false" ? false : undefined,
    );
  }

  /** `on` (true) or `off`. */
  readSwitch(name: string, fallback?: Fallback<boolean>): boolean {
    return this.#read(name, "on or off", false, fallback, (text) =>
      text === "on" ? true : text === "off" ? false : undefined,
    );
  }

  /** One of `values`. */
  readEnum<const T extends string>(name: string, values: readonly [T, ...T[]], fallback?: Fallback<T>): T {
    return this.#read(name, `one of ${values.join(", ")}`, values[0], fallback, (text) =>
      values.find((value) => value === text),
    );
  }

  /** An absolute URL with one of `protocols` (`http:` and `https:`), as it was written. */
  readUrl(name: string, options: { protocols?: readonly string[] } & Fallback<string> = {}): string {
    return this.#url(name, options.protocols, options) ?? "";
  }

  /** Like `readUrl`, but undefined when unset. */
  readOptionalUrl(name: string, options: { protocols?: readonly string[] } = {}): string | undefined {
    return this.#text(name) === undefined ? undefined : this.#url(name, options.protocols, {});
  }

  /** Comma-separated values, trimmed, without empty ones; unset is an empty list unless `default` says otherwise. */
  readList(name: string, fallback: Fallback<readonly string[]> = {}): readonly string[] {
    return this.#read(name, "comma-separated values", [], { default: fallback.default ?? [] }, (text) =>
      text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    );
  }

  /** A secret of at least `minBytes` bytes of UTF-8. */
  readSecret(name: string, minBytes: number): string {
    return this.#read(name, `a secret of at least ${minBytes} bytes`, "", undefined, (text) =>
      Buffer.byteLength(text) >= minBytes ? text : undefined,
    );
  }

  /** Notes a problem that a rule over several variables has found. */
  reject(name: string, takes: string): void {
    this.problems.push(`${name} takes ${takes}`);
  }

  #url(name: string, protocols: readonly string[] = ["http:", "https:"], fallback: Fallback<string>): string {
    const forms = protocols.map((protocol) => `${protocol}//...`).join(" or ");
    return this.#read(name, `a URL (${forms})`, "", fallback, (text) =>
      protocols.includes(URL.parse(text)?.protocol ?? "") ? text : undefined,
    );
  }

  #text(name: string): string | undefined {
    const text = this.#env[name];
    return text === undefined || text === "" ? undefined : text;
  }

  #read<T>(
    name: string,
    takes: string,
    standIn: T,
    fallback: Fallback<T> | undefined,
    parse: (text: string) => T | undefined,
  ): T {
    const text = this.#text(name);
    if (text === undefined) {
      if (fallback?.default !== undefined) return fallback.default;
      this.problems.push(`${name} is missing: it takes ${takes}`);
      return standIn;
    }
    const value = parse(text);
    if (value !== undefined) return value;
    this.problems.push(`${name} is not valid: it takes ${takes}`);
    return standIn;
  }
}

/**
 * Builds a configuration from the environment. Throws `ConfigError` with every problem that `build` met, one line each.
 *
 * @example readConfig(process.env, (env) => ({ port: env.readPort("PORT", { default: 8081 }) }))
 */
export function readConfig<T>(env: Env, build: (env: EnvReader) => T): T {
  const reader = new EnvReader(env);
  const config = build(reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  return config;
}
