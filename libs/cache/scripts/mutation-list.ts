/** One line that keeps the promise, taken out or turned round, and the test that must notice. */
export interface Mutation {
  readonly name: string;
  /** What the line is part of. */
  readonly rule: string;
  /** Below `src`; holds `find` exactly once. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** `file` is relative to this library, `test` the test's own name, without those of its groups. */
  readonly caughtBy: { readonly file: string; readonly test: string };
}

const SLOT = "protocol/slot.ts";
const SCRIPTS = "redis/scripts.ts";
const READER = "read/reader.ts";
const SESSION = "write/write-session.ts";
const REDIS_STORE = "redis/redis-store.ts";
const RELEASES = "write/release-until-confirmed.ts";
const NAMESPACE = "redis/namespace.ts";
const CONNECTION = "redis/connection.ts";

const IN_MEMORY = "src/memory/memory-store.test.ts";
const IN_REDIS = "tests/redis-store.int.test.ts";
const LOOKUPS = "tests/redis-lookups.int.test.ts";
const LOSSES = "tests/redis-losses.int.test.ts";
const FAULTS = "tests/redis-faults.int.test.ts";
const WRITER = "src/write/writer.test.ts";

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "fence, in memory",
    rule: "fence",
    file: SLOT,
    find: `if (before?.state !== "writing") return { slot: undefined, contended: false };`,
    replace: `if (before?.state !== "writing") return { slot: before, contended: false };`,
    caughtBy: { file: IN_MEMORY, test: "the fence: a release whose intent was lost removes a value" },
  },
  {
    name: "fence, Redis",
    rule: "fence",
    file: SCRIPTS,
    find: "if not writing(entry) then\n  redis.call('DEL', KEYS[1])",
    replace: "if not writing(entry) then",
    caughtBy: { file: IN_REDIS, test: "the fence: a release whose intent was lost removes a value" },
  },
  {
    name: "fence among others, in memory",
    rule: "fence",
    file: SLOT,
    find: `{ slot: { state: "writing", contended: true, deadlines: others }, contended: true }`,
    replace: "{ slot: { ...before, deadlines: others }, contended: true }",
    caughtBy: {
      file: IN_MEMORY,
      test: "the fence: a release whose intent was lost leaves other writers, whose offers are no longer safe",
    },
  },
  {
    name: "fence among others, Redis",
    rule: "fence",
    file: SCRIPTS,
    find: "store(intents, true)",
    replace: "store(intents, contended)",
    caughtBy: {
      file: IN_REDIS,
      test: "the fence: a release whose intent was lost leaves other writers, whose offers are no longer safe",
    },
  },
  {
    name: "contended flag of INTENT, in memory",
    rule: "contended flag",
    file: SLOT,
    find: "contended: before.contended || others",
    replace: "contended: false",
    caughtBy: { file: IN_MEMORY, test: "an intent that ended beside another leaves it contended" },
  },
  {
    name: "contended flag of INTENT, Redis",
    rule: "contended flag",
    file: SCRIPTS,
    find: "contended = contended or count > 0\n",
    replace: "contended = contended\n",
    caughtBy: { file: IN_REDIS, test: "an intent that ended beside another leaves it contended" },
  },
  {
    name: "contended flag of RELEASE, in memory",
    rule: "contended flag",
    file: SLOT,
    find: "held && !before.contended && offer",
    replace: "held && offer",
    caughtBy: {
      file: IN_MEMORY,
      test: "two writers with crossed releases (a first): the offer of neither becomes the value",
    },
  },
  {
    name: "contended flag of RELEASE, Redis",
    rule: "contended flag",
    file: SCRIPTS,
    find: "local filled = held and not contended and",
    replace: "local filled = held and",
    caughtBy: {
      file: IN_REDIS,
      test: "two writers with crossed releases (a first): the offer of neither becomes the value",
    },
  },
  {
    name: "token compare in FILL, in memory",
    rule: "token compare",
    file: SLOT,
    find: `token === token ? { state: "value", value } : slot`,
    replace: `token !== "" ? { state: "value", value } : slot`,
    caughtBy: { file: IN_MEMORY, test: "nobody fills without the lease, or with another's" },
  },
  {
    name: "token compare in FILL, Redis",
    rule: "token compare",
    file: SCRIPTS,
    find: "if redis.call('GET', KEYS[1]) ~= 'L' .. ARGV[1] then return 0 end",
    replace: "if string.sub(redis.call('GET', KEYS[1]) or '', 1, 1) ~= 'L' then return 0 end",
    caughtBy: { file: IN_REDIS, test: "nobody fills without the lease, or with another's" },
  },
  {
    name: "joining rule",
    rule: "joining rule",
    file: "read/flight.ts",
    find: "return asOf > arrived",
    replace: "return asOf > 0 * arrived",
    caughtBy: {
      file: IN_MEMORY,
      test: "a joiner that arrives after the acknowledgement does not share a read from before it",
    },
  },
  {
    name: "joining rule: a fill speaks for the moment it was sent",
    rule: "joining rule",
    file: READER,
    find: "filled ? filledAt : asOf",
    replace: "filled ? nextMoment() : asOf",
    caughtBy: { file: IN_MEMORY, test: "a joiner that arrives after a fill was sent does not share it" },
  },
  {
    name: "joining rule: a refused fill speaks only for the read's start",
    rule: "joining rule",
    file: READER,
    find: "filled ? filledAt : asOf",
    replace: "filledAt",
    caughtBy: {
      file: IN_MEMORY,
      test: "a joiner that arrives after the acknowledgement does not share a read from before it",
    },
  },
  {
    name: "the change waits for the intent",
    rule: "intent before the change",
    file: SESSION,
    find: "      await store.intend(names, this.#token, intentTtlMs, this.#deadline);",
    replace: "      void store.intend(names, this.#token, intentTtlMs, this.#deadline).catch(() => undefined);",
    caughtBy: { file: WRITER, test: "the first change waits until the intent is confirmed" },
  },
  {
    name: "fail closed",
    rule: "intent before the change",
    file: SESSION,
    find: `if (staleness === "never") throw`,
    replace: `if (staleness !== "never") throw`,
    caughtBy: { file: WRITER, test: "refuses a write before anything is changed" },
  },
  {
    name: "the acknowledgement waits for the release",
    rule: "release before the acknowledgement",
    file: SESSION,
    find: "confirmed = await this.#deadline.race(this.#finished);",
    replace: "confirmed = true;",
    caughtBy: { file: WRITER, test: "an unknown outcome that settles in time is acknowledged after its release" },
  },
  {
    name: "an unconfirmed release is told",
    rule: "release before the acknowledgement",
    file: SESSION,
    find: `if (!confirmed && this.#context.staleness === "never")`,
    replace: `if (!confirmed && this.#context.staleness !== "never")`,
    caughtBy: {
      file: WRITER,
      test: "after the commit: the caller hears that the change stands, and the release is repeated until it is confirmed",
    },
  },
  {
    name: "releases are repeated",
    rule: "release before the acknowledgement",
    file: RELEASES,
    find: "if (closing.aborted || performance.now() >= end) break;",
    replace: "break;",
    caughtBy: { file: WRITER, test: "a blip after the commit costs a repetition, which makes no offer" },
  },
  {
    name: "an earlier commit is acknowledged after a release only",
    rule: "release before the acknowledgement",
    file: "write/writer.ts",
    find: "const confirmed = await releaseUntilConfirmed(this.#context, releases, newToken(), deadline);",
    replace: "const confirmed = true;",
    caughtBy: {
      file: IN_MEMORY,
      test: "a replayed answer after a lost release: reassure removes what the dead writer left",
    },
  },
  {
    name: "a repeated release makes no offer",
    rule: "offers",
    file: RELEASES,
    find: ".map(({ key }) => ({ key }));",
    replace: ";",
    caughtBy: { file: WRITER, test: "a blip after the commit costs a repetition, which makes no offer" },
  },
  {
    name: "a rollback makes no offer",
    rule: "offers",
    file: SESSION,
    find: `if (outcome === "rolled_back") this.#gap = true;`,
    replace: "",
    caughtBy: { file: WRITER, test: "a rollback releases without an offer" },
  },
  {
    name: "a renewed intent makes no offer",
    rule: "offers",
    file: SESSION,
    find: "  #renew(): void {\n    this.#gap = true;",
    replace: "  #renew(): void {",
    caughtBy: { file: WRITER, test: "a commit that takes long keeps its intents, and makes no offer" },
  },
  {
    name: "intents end, in memory",
    rule: "intents' lifetimes",
    file: SLOT,
    find: "deadline > now",
    replace: "deadline > 0",
    caughtBy: { file: IN_MEMORY, test: "an intent whose writer died ends: a reader takes the lease" },
  },
  {
    name: "intents end, Redis",
    rule: "intents' lifetimes",
    file: SCRIPTS,
    find: "if tonumber(deadline) > now then",
    replace: "if true then",
    caughtBy: { file: IN_REDIS, test: "an intent that has ended does not contend with the next one" },
  },
  {
    name: "intents have no TTL",
    rule: "intents' lifetimes",
    file: SCRIPTS,
    find: "table.concat(parts, ';'))",
    replace: "table.concat(parts, ';'), 'PX', 60000)",
    caughtBy: { file: LOSSES, test: "intents have no lifetime of their own, values and leases have" },
  },
  {
    name: "intents are renewed",
    rule: "intents' lifetimes",
    file: SESSION,
    find: "setInterval(() => this.#renew(), intentTtlMs / RENEWALS_PER_LIFETIME)",
    replace: "setInterval(() => undefined, intentTtlMs / RENEWALS_PER_LIFETIME)",
    caughtBy: { file: WRITER, test: "a commit that takes long keeps its intents, and makes no offer" },
  },
  {
    name: "quarantine of FILL, in memory",
    rule: "quarantine",
    file: "memory/memory-store.ts",
    find: "if (this.#settled) return this.#change",
    replace: "if (this.#valuesFrom > 0) return this.#change",
    caughtBy: {
      file: IN_MEMORY,
      test: "in quarantine nothing becomes a value, and a lease that fails to fill is free again",
    },
  },
  {
    name: "quarantine of FILL, Redis",
    rule: "quarantine",
    file: SCRIPTS,
    find: "if since >= tonumber(ARGV[5]) then",
    replace: "if since >= 0 then",
    caughtBy: {
      file: IN_REDIS,
      test: "in quarantine nothing becomes a value, and a lease that fails to fill is free again",
    },
  },
  {
    name: "quarantine of INTENT, in memory",
    rule: "quarantine",
    file: SLOT,
    find: "contended: quarantined, deadlines",
    replace: "contended: false, deadlines",
    caughtBy: {
      file: IN_MEMORY,
      test: "an intent that was taken in quarantine makes no offer after it: writes whose intents are lost may have overlapped",
    },
  },
  {
    name: "quarantine of INTENT, Redis",
    rule: "quarantine",
    file: SCRIPTS,
    find: "contended = contended or since < tonumber(ARGV[5])\n",
    replace: "",
    caughtBy: {
      file: IN_REDIS,
      test: "an intent that was taken in quarantine makes no offer after it: writes whose intents are lost may have overlapped",
    },
  },
  {
    name: "a lease's length in the quarantine",
    rule: "quarantine",
    file: "options.ts",
    find: "?? intentTtlMs + leaseMs",
    replace: "?? intentTtlMs",
    caughtBy: {
      file: "src/options.test.ts",
      test: "a quarantine lasts for an intent and a lease, unless it is said how long",
    },
  },
  {
    name: "settling before an intent",
    rule: "settling of a namespace",
    file: SCRIPTS,
    find: "if left > 0 then return left end",
    replace: "",
    caughtBy: {
      file: "tests/settling.int.test.ts",
      test: "confirms no intend before its predecessor is trusted by nobody",
    },
  },
  {
    name: "settling before an acknowledgement",
    rule: "settling of a namespace",
    file: REDIS_STORE,
    find: "if (left > 0) {",
    replace: "if (left > 1e9) {",
    caughtBy: {
      file: "tests/settling.int.test.ts",
      test: "confirms no release before its predecessor is trusted by nobody",
    },
  },
  {
    name: "settling is longer than trust",
    rule: "settling of a namespace",
    file: REDIS_STORE,
    find: "2 * TRUST_MS",
    replace: "0 * TRUST_MS",
    caughtBy: {
      file: FAULTS,
      test: "a role that goes there and back while nobody asks: what was cached before is out of reach",
    },
  },
  {
    name: "namespace: run_id and role",
    rule: "namespace",
    file: NAMESPACE,
    find: "server.runId, server.replId, ",
    replace: "",
    caughtBy: {
      file: FAULTS,
      test: "a role that goes there and back while nobody asks: what was cached before is out of reach",
    },
  },
  {
    name: "namespace: role",
    rule: "namespace",
    file: NAMESPACE,
    find: "server.runId, server.replId,",
    replace: "server.runId,",
    caughtBy: {
      file: FAULTS,
      test: "a role that goes there and back while nobody asks: what was cached before is out of reach",
    },
  },
  {
    name: "namespace: database",
    rule: "namespace",
    file: NAMESPACE,
    find: ", database].join",
    replace: "].join",
    caughtBy: { file: LOSSES, test: "databases that share a Redis do not see each other" },
  },
  {
    name: "check of the server's role",
    rule: "namespace",
    file: CONNECTION,
    find: `role !== "master" || replId !== this.#info.replId || `,
    replace: "",
    caughtBy: {
      file: FAULTS,
      test: "a role that goes there and back while nobody asks: what was cached before is out of reach",
    },
  },
  {
    name: "check of the database's timeline",
    rule: "guard",
    file: CONNECTION,
    find: " || timeline !== this.namespace.timeline) {",
    replace: ") {",
    caughtBy: {
      file: LOSSES,
      test: "a database that fails over: instances that have not noticed yet neither serve nor acknowledge",
    },
  },
  {
    name: "a guard stands for one timeline",
    rule: "guard",
    file: SCRIPTS,
    find: "  if owner ~= timeline then return -1 end\n",
    replace: "",
    caughtBy: {
      file: LOSSES,
      test: "a database that fails over: instances that have not noticed yet neither serve nor acknowledge",
    },
  },
  {
    name: "READONLY ends a connection",
    rule: "connection",
    file: CONNECTION,
    find: "/^(READONLY|MASTERDOWN)/",
    replace: "/^NEVER/",
    caughtBy: { file: FAULTS, test: "made a replica in use: READONLY ends the connection" },
  },
  {
    name: "silence ends a connection",
    rule: "connection",
    file: "redis/watchdog.ts",
    find: "else this.#onSilence();",
    replace: "",
    caughtBy: { file: FAULTS, test: "silent, its connections open: after the first moments nobody waits for it" },
  },
  {
    name: "a peek is as strict as a lookup",
    rule: "reading",
    file: "memory/memory-store.ts",
    find: "return peek(this.#read(key))?.bytes;",
    replace: "return this.#values.peek(key, { allowStale: true })?.value.bytes;",
    caughtBy: { file: IN_MEMORY, test: "a peek finds what a lookup finds, and only values; it takes no lease" },
  },
  {
    name: "what was decoded stands for the same bytes only",
    rule: "reading",
    file: "redis/kept-bytes.ts",
    find: "kept?.equals(bytes)",
    replace: "kept?.byteLength === bytes.byteLength",
    caughtBy: {
      file: IN_REDIS,
      test: "a write is seen by the next read, whatever was kept before, and by a value of the same length too",
    },
  },
  {
    name: "a refusal is one for every key of a turn",
    rule: "reading",
    file: SCRIPTS,
    find: "if not string.find(entry.err, '^WRONGTYPE') then return entry end",
    replace: "",
    caughtBy: { file: LOOKUPS, test: "a primary that has lost its replicas refuses them" },
  },
  {
    name: "a turn's check speaks for its lookups",
    rule: "namespace",
    file: REDIS_STORE,
    find: "const check = connection.sinceCheck > TRUST_MS ? connection.check() : undefined;",
    replace: "const check = undefined;",
    caughtBy: {
      file: FAULTS,
      test: "a role that goes there and back while nobody asks: what was cached before is out of reach",
    },
  },
  {
    name: "a batch never waits",
    rule: "reading",
    file: READER,
    find: "deadline,\n        false,",
    replace: "deadline,\n        true,",
    caughtBy: {
      file: "src/read/reader.test.ts",
      test: "one read covers what is absent, being filled and being written, and nothing is waited for",
    },
  },
  {
    name: "a failed read gives its lease back",
    rule: "reading",
    file: READER,
    find: "if (keys.length > 0) this",
    replace: "if (keys.length > 99) this",
    caughtBy: { file: "src/read/reader.test.ts", test: "a loader's error reaches every caller, and frees the lease" },
  },
  {
    name: "encodings",
    rule: "reading",
    file: "read/entity.ts",
    find: "opened.schema === schemaVersion",
    replace: "opened.schema >= 0",
    caughtBy: {
      file: "src/read/entity.test.ts",
      test: "an older instance reads from the database, and leaves the newer value alone",
    },
  },
];
