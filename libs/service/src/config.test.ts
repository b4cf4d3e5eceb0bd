import { expect, test } from "@jest/globals";
import { ConfigError, readConfig } from "@skyport/rpc";
import { readServiceConfig } from "./config.ts";

const SECRET = "0123456789abcdef0123456789abcdef";
const REQUIRED = { DATABASE_URL: "postgres://localhost/shop", PAGE_TOKEN_SECRET: SECRET };

const read = (env: Readonly<Record<string, string>>) => readConfig(env, (reader) => readServiceConfig(reader, 8081));

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("what has a default may be left out", () => {
  expect(read(REQUIRED)).toEqual({
    host: "127.0.0.1",
    port: 8081,
    workers: 1,
    databaseUrl: REQUIRED.DATABASE_URL,
    databaseDirectUrl: REQUIRED.DATABASE_URL,
    redisUrl: undefined,
    cacheSampleRate: 0.001,
    pageTokenSecret: SECRET,
    corsOrigins: [],
    migrateOnStart: true,
    fastPath: true,
    log: { level: "info", format: "pretty" },
  });
});

test("what is set is taken", () => {
  const env = {
    ...REQUIRED,
    HOST: "0.0.0.0",
    PORT: "0",
    DATABASE_DIRECT_URL: "postgresql://direct/shop",
    REDIS_URL: "rediss://cache:6379",
    CACHE_SAMPLE_RATE: "0.25",
    CORS_ORIGINS: "https://a.example, https://b.example",
    MIGRATE_ON_START: "false",
    RPC_FAST_PATH: "off",
    LOG_LEVEL: "debug",
    NODE_ENV: "production",
  };
  expect(read(env)).toMatchObject({
    host: "0.0.0.0",
    port: 0,
    databaseDirectUrl: env.DATABASE_DIRECT_URL,
    redisUrl: env.REDIS_URL,
    cacheSampleRate: 0.25,
    corsOrigins: ["https://a.example", "https://b.example"],
    migrateOnStart: false,
    fastPath: false,
    log: { level: "debug", format: "json" },
  });
});

test("every problem is told at once, by its variable, without its value", () => {
  const problems = problemsOf({
    DATABASE_URL: "mysql://hidden",
    DATABASE_DIRECT_URL: "hidden",
    REDIS_URL: "http://hidden",
    CACHE_SAMPLE_RATE: "hidden",
    PAGE_TOKEN_SECRET: "hidden",
    PORT: "hidden",
    MIGRATE_ON_START: "hidden",
    RPC_FAST_PATH: "hidden",
  });
  expect(problems.map((problem) => problem.split(" ", 1)[0]).sort()).toEqual([
    "CACHE_SAMPLE_RATE",
    "DATABASE_DIRECT_URL",
    "DATABASE_URL",
    "MIGRATE_ON_START",
    "PAGE_TOKEN_SECRET",
    "PORT",
    "REDIS_URL",
    "RPC_FAST_PATH",
  ]);
  expect(problems.join()).not.toContain("hidden");
});

test("the secret is counted in bytes", () => {
  expect(problemsOf({ ...REQUIRED, PAGE_TOKEN_SECRET: "é".repeat(16) })).toEqual([]);
  expect(problemsOf({ ...REQUIRED, PAGE_TOKEN_SECRET: SECRET.slice(1) })).toHaveLength(1);
});

test("a share of the cache's hits is a number from 0 to 1", () => {
  for (const share of ["0", "1", ".5", "0.0001", "1.0"]) {
    expect(read({ ...REQUIRED, CACHE_SAMPLE_RATE: share }).cacheSampleRate).toBe(Number(share));
  }
  for (const bad of ["-0.1", "1.1", "2", "0.1.2", "50%", "1e-3"]) {
    expect(problemsOf({ ...REQUIRED, CACHE_SAMPLE_RATE: bad })).toHaveLength(1);
  }
});

test("several workers need a shared cache, and a port to share", () => {
  expect(problemsOf({ ...REQUIRED, WORKERS: "2", PORT: "0" })).toEqual([
    "REDIS_URL takes a URL when WORKERS is above 1: they share a cache",
    "PORT takes a port above 0 when WORKERS is above 1: they share it",
  ]);
  expect(read({ ...REQUIRED, WORKERS: "2", REDIS_URL: "redis://cache" })).toMatchObject({ workers: 2 });
  expect(problemsOf({ ...REQUIRED, WORKERS: "65" })).toHaveLength(1);
});

test("Cache-Control is the server's unless it is set", () => {
  expect(read(REQUIRED)).not.toHaveProperty("cacheControl");
  const cacheControl = "private, max-age=5";
  expect(read({ ...REQUIRED, HTTP_CACHE_CONTROL: cacheControl })).toMatchObject({ cacheControl });
  expect(problemsOf({ ...REQUIRED, HTTP_CACHE_CONTROL: "private\r\nset-cookie: a" })).toEqual([
    "HTTP_CACHE_CONTROL takes directives of Cache-Control, such as: private, max-age=5",
  ]);
});
