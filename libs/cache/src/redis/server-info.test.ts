import { expect, test } from "@jest/globals";
import { readEntry } from "./entry.ts";
import { namespaceOf } from "./namespace.ts";
import { checkVersion, isUnsuitablePolicy, parseInfo, UnsupportedServer } from "./server-info.ts";

const INFO = [
  "# Server",
  "redis_version:7.0.15",
  "run_id:abc",
  "server_time_usec:1700000000123456",
  "# Memory",
  "maxmemory_policy:noeviction",
  "# Replication",
  "role:master",
  "master_replid:def",
  "",
].join("\r\n");

test("INFO is read", () => {
  expect(parseInfo(INFO)).toEqual({
    version: "7.0.15",
    runId: "abc",
    role: "master",
    replId: "def",
    timeMs: 1_700_000_000_123.456,
    evictionPolicy: "noeviction",
  });
});

test("servers before 7, and those that do not say, are refused in one line", () => {
  for (const version of ["6.2.14", "5.0.0", "", "?"]) {
    expect(() => checkVersion({ ...parseInfo(INFO), version })).toThrow(UnsupportedServer);
  }
  for (const version of ["7.0.0", "7.2.4", "8.2.1", "10.0.0"]) checkVersion({ ...parseInfo(INFO), version });
});

test("policies that drop intents are known", () => {
  const policies = ["noeviction", "volatile-lru", "volatile-lfu", "volatile-ttl", "allkeys-lru", "allkeys-random"];
  expect(policies.filter(isUnsuitablePolicy)).toEqual(["volatile-ttl", "allkeys-lru", "allkeys-random"]);
});

test("each life of a server, each role, database and timeline has its own namespace; timelines share a guard", () => {
  const base = namespaceOf({ runId: "r", replId: "p" }, "1:2:3");
  const others = [
    namespaceOf({ runId: "r2", replId: "p" }, "1:2:3"),
    namespaceOf({ runId: "r", replId: "p2" }, "1:2:3"),
    namespaceOf({ runId: "r", replId: "p" }, "1:4:3"),
    namespaceOf({ runId: "r", replId: "p" }, "1:2:4"),
    namespaceOf({ runId: "r", replId: "p" }, "1"),
  ];
  expect(new Set([base, ...others].map(({ prefix }) => prefix)).size).toBe(6);
  expect(others.map(({ guard }) => guard === base.guard)).toEqual([false, false, false, true, false]);
  expect(base.timeline).toBe("3");
});

test("an entry is read", () => {
  const entry = (text: string) => readEntry(Buffer.from(text), 1_000).state;
  expect(readEntry(null, 0).state).toBe("leased");
  expect(entry("V1.1|x")).toBe("value");
  expect(entry("Ltoken")).toBe("filling");
  expect(entry("W0|a=1001")).toBe("writing");
  expect(entry("W1|a=999;b=1001")).toBe("writing");
  expect(entry("W1|a=999;b=1000")).toBe("ended");
  expect(entry("?")).toBe("ended");
});
