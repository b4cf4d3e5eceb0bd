import { readFileSync } from "node:fs";
import { userInfo } from "node:os";

/** How the link is secured; the meaning is libpq's. */
export type SslMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** One address of a server. A `host` that begins with "/" is a folder with a Unix socket. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where and as whom to connect. */
export interface Target {
  readonly addresses: readonly [Address, ...Address[]];
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sslMode: SslMode;
  /** PEM of the certificate authority, when `sslrootcert` names one. */
  readonly ca: string | undefined;
  readonly applicationName: string | undefined;
}

const SSL_MODES: readonly string[] = ["disable", "prefer", "require", "verify-ca", "verify-full"];
const PARAMETERS: ReadonlySet<string> = new Set(["sslmode", "sslrootcert", "application_name", "host"]);
const DEFAULT_PORT = 5432;

/**
 * Reads a connection URL: `postgres://user:password@host:port,host2:port2/database?sslmode=verify-full`. With several
 * hosts the first that is a primary is taken. Parameters: `sslmode` (default prefer), `sslrootcert` (a file),
 * `application_name`, `host` (a Unix socket's folder).
 *
 * @throws Error with one line that says what is wrong and does not repeat the password.
 */
export function parseTarget(url: string): Target {
  const authority = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)(.*)$/s.exec(url);
  if (authority === null) throw new Error("database URL: expected postgres://user:password@host:port/database");
  const [, scheme = "", credentials = "", hosts = "", rest = ""] = authority;
  const parsed = URL.parse(`${scheme}${credentials}placeholder${rest}`);
  if (parsed === null) throw new Error("database URL: cannot be parsed");
  const parameters = parsed.searchParams;
  for (const name of parameters.keys()) {
    if (!PARAMETERS.has(name)) throw new Error(`database URL: unknown parameter ${name}`);
  }
  const user = decodeURIComponent(parsed.username) || userInfo().username;
  const rootCert = parameters.get("sslrootcert");
  return {
    addresses: addressesOf(parameters.get("host") ?? hosts),
    user,
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)) || user,
    sslMode: sslModeOf(parameters.get("sslmode") ?? "prefer"),
    ca: rootCert === null || rootCert === "system" ? undefined : readFileSync(rootCert, "utf8"),
    applicationName: parameters.get("application_name") ?? undefined,
  };
}

function sslModeOf(text: string): SslMode {
  const mode = SSL_MODES.find((known): known is SslMode => known === text);
  if (mode === undefined) throw new Error(`database URL: sslmode takes one of ${SSL_MODES.join(", ")}`);
  return mode;
}

function addressesOf(hosts: string): readonly [Address, ...Address[]] {
  const [first = "localhost", ...others] = hosts.split(",").filter((host) => host !== "");
  return [addressOf(first), ...others.map(addressOf)];
}

function addressOf(text: string): Address {
  if (text.startsWith("/") || text.startsWith("%2F")) return { host: decodeURIComponent(text), port: DEFAULT_PORT };
  const match = /^(\[[^\]]+\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  if (match === null) throw new Error("database URL: a host cannot be parsed");
  const [, host = "", port] = match;
  return { host: host.replace(/^\[|\]$/g, "") || "localhost", port: port === undefined ? DEFAULT_PORT : Number(port) };
}
