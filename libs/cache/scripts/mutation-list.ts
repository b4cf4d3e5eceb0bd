/** One line taken out, or turned round. `find` stands exactly once in the file below `src`. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const SLOT = "protocol/slot.ts";
const SCRIPTS = "redis/scripts.ts";
const READER = "read/reader.ts";
const SESSION = "write/write-session.ts";

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "fence, in memory",
    file: SLOT,
    find: `if (before?.state !== "writing") return { slot: undefined, contended: false };`,
    replace: `if (before?.state !== "writing") return { slot: before, contended: false };`,
  },
  {
    name: "fence, Redis",
    file: SCRIPTS,
    find: "if not writing(entry) then\n  redis.call('DEL', KEYS[1])",
    replace: "if not writing(entry) then",
  },
  {
    name: "fence among others, in memory",
    file: SLOT,
    find: `{ slot: { state: "writing", contended: true, deadlines: others }, contended: true }`,
    replace: `{ slot: { ...before, deadlines: others }, contended: true }`,
  },
  {
    name: "fence among others, Redis",
    file: SCRIPTS,
    find: "store(intents, true)",
    replace: "store(intents, contended)",
  },
  {
    name: "contended flag, in memory",
    file: SLOT,
    find: "contended: before.contended || others",
    replace: "contended: false",
  },
  {
    name: "contended flag, Redis",
    file: SCRIPTS,
    find: "local filled = held and not contended and",
    replace: "local filled = held and",
  },
  {
    name: "token compare in FILL, in memory",
    file: SLOT,
    find: `token === token ? { state: "value", value } : slot`,
    replace: `token !== "" ? { state: "value", value } : slot`,
  },
  {
    name: "token compare in FILL, Redis",
    file: SCRIPTS,
    find: "if redis.call('GET', KEYS[1]) ~= 'L' .. ARGV[1] then return 0 end",
    replace: "if string.sub(redis.call('GET', KEYS[1]) or '', 1, 1) ~= 'L' then return 0 end",
  },
  { name: "joining rule", file: "read/flight.ts", find: "return asOf > arrived", replace: "return asOf > 0 * arrived" },
  {
    name: "joining rule: a fill speaks for the moment it was sent",
    file: READER,
    find: "filled ? filledAt : asOf",
    replace: "filled ? nextMoment() : asOf",
  },
  {
    name: "joining rule: a refused fill speaks only for the read's start",
    file: READER,
    find: "filled ? filledAt : asOf",
    replace: "filledAt",
  },
  { name: "a batch never waits", file: READER, find: "deadline,\n        false,", replace: "deadline,\n        true," },
  {
    name: "a failed read gives its lease back",
    file: READER,
    find: "if (keys.length > 0) this",
    replace: "if (keys.length > 99) this",
  },
  { name: "intents end, in memory", file: SLOT, find: "deadline > now", replace: "deadline > 0" },
  { name: "intents end, Redis", file: SCRIPTS, find: "if tonumber(deadline) > now then", replace: "if true then" },
  {
    name: "intents are no values' lifetimes: no TTL on W",
    file: SCRIPTS,
    find: "table.concat(parts, ';'))",
    replace: "table.concat(parts, ';'), 'PX', 60000)",
  },
  { name: "quarantine", file: SCRIPTS, find: "if since >= tonumber(ARGV[5]) then", replace: "if since >= 0 then" },
  { name: "settling", file: "redis/redis-store.ts", find: "2 * TRUST_MS", replace: "0 * TRUST_MS" },
  {
    name: "timeline in INTENT",
    file: SCRIPTS,
    find: "local since = age(ARGV[3])\nif since < 0 then return -1 end",
    replace: "local since = 1e9",
  },
  {
    name: "namespace: run_id and role",
    file: "redis/namespace.ts",
    find: "server.runId, server.replId, ",
    replace: "",
  },
  {
    name: "namespace: role",
    file: "redis/namespace.ts",
    find: "server.runId, server.replId,",
    replace: "server.runId,",
  },
  { name: "namespace: database", file: "redis/namespace.ts", find: ", database].join", replace: "].join" },
  {
    name: "checks of the namespace",
    file: "redis/connection.ts",
    find: `role !== "master" || replId !== this.#info.replId || `,
    replace: "",
  },
  {
    name: "READONLY ends a connection",
    file: "redis/connection.ts",
    find: "/^(READONLY|MASTERDOWN)/",
    replace: "/^NEVER/",
  },
  { name: "silence ends a connection", file: "redis/watchdog.ts", find: "else this.#onSilence();", replace: "" },
  {
    name: "fail closed",
    file: SESSION,
    find: `if (staleness === "never") throw`,
    replace: `if (staleness !== "never") throw`,
  },
  {
    name: "the acknowledgement waits for the release",
    file: SESSION,
    find: `confirmed = await this.#deadline.race(this.#finished);`,
    replace: "confirmed = true;",
  },
  {
    name: "an unconfirmed release is told",
    file: SESSION,
    find: `if (!confirmed && this.#context.staleness === "never")`,
    replace: `if (!confirmed && this.#context.staleness !== "never")`,
  },
  {
    name: "releases are repeated",
    file: "write/release-until-confirmed.ts",
    find: "if (closing.aborted || performance.now() >= end) break;",
    replace: "break;",
  },
  {
    name: "a repeated release makes no offer",
    file: "write/release-until-confirmed.ts",
    find: ".map(({ key }) => ({ key }));",
    replace: ";",
  },
  {
    name: "a rollback makes no offer",
    file: SESSION,
    find: `if (outcome === "rolled_back") this.#gap = true;`,
    replace: "",
  },
  {
    name: "a renewed intent makes no offer",
    file: SESSION,
    find: "  #renew(): void {\n    this.#gap = true;",
    replace: "  #renew(): void {",
  },
  {
    name: "intents are renewed",
    file: SESSION,
    find: "setInterval(() => this.#renew(), intentTtlMs / RENEWALS_PER_LIFETIME)",
    replace: "setInterval(() => undefined, intentTtlMs / RENEWALS_PER_LIFETIME)",
  },
  { name: "encodings", file: "read/entity.ts", find: "opened.schema === schemaVersion", replace: "opened.schema >= 0" },
];
