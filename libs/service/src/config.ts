import { type EnvReader, type LogLevel, readLogConfig } from "@skyport/rpc";

/** What every service is told by its environment. */
export interface ServiceConfig {
  /** The address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Processes that share the port; with more than one, Redis is the cache that they share. Left out, 1. */
  readonly workers?: number;
  readonly databaseUrl: string;
  /** Past a pooler in transaction mode: for session locks and migrations. */
  readonly databaseDirectUrl: string;
  /** Undefined: values are cached in this process. */
  readonly redisUrl: string | undefined;
  /**
   * Share of hits, 0 to 1, that are compared with the database in the background: what finds a change that was made past
   * the service. Left out, none are.
   */
  readonly cacheSampleRate?: number;
  /** At least 32 bytes, the same for every instance. */
  readonly pageTokenSecret: string;
  readonly corsOrigins: readonly string[];
  readonly migrateOnStart: boolean;
  /** Whether unary calls of Connect over HTTP/1.1 go past Connect's own handlers. Left out, they do. */
  readonly fastPath?: boolean;
  /** The `Cache-Control` of answers to Connect's GET that carry an ETag. Left out, the server's default. */
  readonly cacheControl?: string;
  readonly log: { readonly level: LogLevel; readonly format: "json" | "pretty" };
}

const POSTGRES = ["postgres:", "postgresql:"];
const REDIS = ["redis:", "rediss:"];
const SECRET_BYTES = 32;

/** One hit in a thousand, one comparison at a time: too few to be noticed, enough to find what is wrong within hours. */
const CACHE_SAMPLE_RATE = 0.001;

/** Reads what every service needs; the service's own variables are read beside it. */
export function readServiceConfig(env: EnvReader, defaultPort: number): ServiceConfig {
  const databaseUrl = env.readUrl("DATABASE_URL", { protocols: POSTGRES });
  const port = env.readPort("PORT", { default: defaultPort });
  const redisUrl = env.readOptionalUrl("REDIS_URL", { protocols: REDIS });
  return {
    host: env.readString("HOST", { default: "127.0.0.1" }),
    port,
    workers: readWorkers(env, port, redisUrl),
    databaseUrl,
    databaseDirectUrl: env.readOptionalUrl("DATABASE_DIRECT_URL", { protocols: POSTGRES }) ?? databaseUrl,
    redisUrl,
    cacheSampleRate: readShare(env, "CACHE_SAMPLE_RATE", CACHE_SAMPLE_RATE),
    pageTokenSecret: env.readSecret("PAGE_TOKEN_SECRET", SECRET_BYTES),
    corsOrigins: env.readList("CORS_ORIGINS"),
    migrateOnStart: env.readBoolean("MIGRATE_ON_START", { default: true }),
    fastPath: env.readSwitch("RPC_FAST_PATH", { default: true }),
    ...readCacheControl(env),
    log: readLogConfig(env),
  };
}

function readCacheControl(env: EnvReader): { readonly cacheControl?: string } {
  const cacheControl = env.readOptional("HTTP_CACHE_CONTROL");
  if (cacheControl === undefined) return {};
  if (!/^[\w\-="]+(?:, ?[\w\-="]+)*$/.test(cacheControl)) {
    env.reject("HTTP_CACHE_CONTROL", "directives of Cache-Control, such as: private, max-age=5");
  }
  return { cacheControl };
}

const MOST_WORKERS = 64;

function readWorkers(env: EnvReader, port: number, redisUrl: string | undefined): number {
  const workers = env.readInteger("WORKERS", { min: 1, max: MOST_WORKERS, default: 1 });
  if (workers > 1 && redisUrl === undefined)
    env.reject("REDIS_URL", "a URL when WORKERS is above 1: they share a cache");
  if (workers > 1 && port === 0) env.reject("PORT", "a port above 0 when WORKERS is above 1: they share it");
  return workers;
}

function readShare(env: EnvReader, name: string, fallback: number): number {
  const text = env.readOptional(name);
  if (text === undefined) return fallback;
  const share = /^(0|1|0?\.\d+|1\.0+)$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(share)) env.reject(name, "a share from 0 to 1");
  return share;
}
