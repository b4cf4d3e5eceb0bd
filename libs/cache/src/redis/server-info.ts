/** What INFO tells of a server, as far as the cache needs it. */
export interface ServerInfo {
  readonly version: string;
  /** New with each start of the server's process. */
  readonly runId: string;
  readonly role: string;
  /** New with each promotion. */
  readonly replId: string;
  /** The server's clock, in milliseconds. */
  readonly timeMs: number;
  readonly evictionPolicy: string;
}

/** The oldest server whose `SET NX GET` answers as the protocol needs. */
const MIN_MAJOR = 7;

/** A server that this library cannot work with, whatever its state. */
export class UnsupportedServer extends Error {
  override readonly name = "UnsupportedServer";
}

/** Parses an answer of INFO, whole or in part; what is missing is empty. */
export function parseInfo(text: string): ServerInfo {
  const fields = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  const field = (name: string): string => fields.get(name) ?? "";
  return {
    version: field("redis_version"),
    runId: field("run_id"),
    role: field("role"),
    replId: field("master_replid"),
    timeMs: Number(field("server_time_usec")) / 1_000,
    evictionPolicy: field("maxmemory_policy"),
  };
}

/** Throws UnsupportedServer, with one line for whoever starts the service. (Valkey answers 7.2 or more here.) */
export function checkVersion({ version }: ServerInfo): void {
  if (Number.parseInt(version, 10) >= MIN_MAJOR) return;
  throw new UnsupportedServer(`REDIS_URL must lead to Redis 7 or Valkey 7.2 or newer, not to Redis ${version || "?"}`);
}

/** Policies that may evict an entry without a TTL, and so an intent; or that prefer the youngest value. */
export function isUnsuitablePolicy(policy: string): boolean {
  return policy.startsWith("allkeys-") || policy === "volatile-ttl";
}
