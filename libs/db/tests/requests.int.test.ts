import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  claimRequest,
  type Database,
  DB_MIGRATIONS,
  findResponse,
  maintainPartitions,
  migrate,
  type RequestClaim,
  type RequestKey,
  recordResponse,
  requestIdPartitions,
} from "../src/index.ts";
import { createFixture, type Fixture, query, reasonOf, soon } from "./support/database.ts";

let fixture: Fixture;
let database: Database;
beforeAll(async () => {
  fixture = await createFixture();
  await migrate({ url: fixture.url, components: [DB_MIGRATIONS] });
  database = fixture.open({ maxConnections: 8 });
  await maintainPartitions(database, requestIdPartitions(), soon());
});
afterAll(() => fixture.close());

const key = (overrides: Partial<RequestKey> = {}): RequestKey => ({
  principal: "",
  rpc: "skyport.product.v1.ProductService/CreateProduct",
  requestId: randomUUID(),
  fingerprint: Buffer.from("a product"),
  ...overrides,
});

/** One request as a service does it: claim, work, record. */
const perform = (request: RequestKey, response = "done"): Promise<RequestClaim> =>
  database.transaction({ deadline: soon() }, async (tx) => {
    const claim = await claimRequest(tx, request);
    if (claim.kind === "new") await recordResponse(tx, { ...request, response: Buffer.from(response) });
    return claim;
  });

describe("claimRequest", () => {
  test("the first is new, a repeat gets its answer", async () => {
    const request = key();
    expect(await perform(request)).toEqual({ kind: "new" });
    const repeat = await perform({ ...request, requestId: request.requestId.toUpperCase() }, "other");
    expect(repeat).toEqual({ kind: "replay", response: Buffer.from("done") });
  });

  test("the id of another principal, RPC or day is another", async () => {
    const request = key();
    await perform(request);
    for (const other of [{ principal: "someone" }, { rpc: "Other/Rpc" }, { requestId: randomUUID() }]) {
      expect(await perform({ ...request, ...other })).toEqual({ kind: "new" });
    }
  });

  test("the same id with other content is REQUEST_ID_REUSED", async () => {
    const request = key();
    await perform(request);
    const other = { ...request, fingerprint: Buffer.from("another product") };
    await expect(perform(other)).rejects.toMatchObject({
      reason: "REQUEST_ID_REUSED",
      details: { fields: [{ field: "request_id" }] },
    });
  });

  test("a repeat while the first runs is REQUEST_IN_PROGRESS, at once", async () => {
    const request = key();
    await database.transaction({ deadline: soon() }, async (tx) => {
      await claimRequest(tx, request);
      expect(await reasonOf(perform(request))).toBe("REQUEST_IN_PROGRESS");
      await recordResponse(tx, { ...request, response: Buffer.from("done") });
      expect(await reasonOf(perform(request))).toBe("REQUEST_IN_PROGRESS");
    });
    expect(await perform(request)).toMatchObject({ kind: "replay" });
  });

  test("only successes are kept: after a failure a repeat is a new attempt", async () => {
    const request = key();
    const failing = database.transaction({ deadline: soon() }, async (tx) => {
      await claimRequest(tx, request);
      await recordResponse(tx, { ...request, response: Buffer.from("never") });
      throw new Error("out of stock");
    });
    await expect(failing).rejects.toThrow("out of stock");
    expect(await perform(request)).toEqual({ kind: "new" });
  });

  test("of many at once exactly one is done, however they meet", async () => {
    for (let round = 0; round < 20; round++) {
      const request = key();
      const results = await Promise.all(
        Array.from({ length: 8 }, () => reasonOf(perform(request).then(({ kind }) => kind))),
      );
      expect(results.filter((result) => result === "new")).toHaveLength(1);
      for (const result of results) expect(["new", "replay", "REQUEST_IN_PROGRESS"]).toContain(result);
    }
  });

  test("what is older than the retention is forgotten, and its partition goes", async () => {
    const request = key();
    await perform(request);
    await query(fixture.admin, "update request_ids set at = at - interval '23 hours 59 minutes'");
    expect(await perform(request)).toMatchObject({ kind: "replay" });
    const claim = database.transaction({ deadline: soon() }, (tx) => claimRequest(tx, request, 60_000));
    expect(await claim).toEqual({ kind: "new" });
    expect(requestIdPartitions(86_400_001)).toMatchObject({ keep: 2 });
  });
});

describe("findResponse", () => {
  const find = (request: RequestKey, retentionMs?: number) =>
    database.read(soon(), (session) => findResponse(session, request, retentionMs));

  test("gives a kept answer, and claims nothing", async () => {
    const request = key();
    expect(await find(request)).toBeUndefined();
    expect(await perform(request)).toEqual({ kind: "new" });
    expect(await find(request)).toEqual(Buffer.from("done"));
    expect(await find(request, 0)).toBeUndefined();
    expect(await find(key())).toBeUndefined();
  });

  test("with other content is REQUEST_ID_REUSED", async () => {
    const request = key();
    await perform(request);
    expect(await reasonOf(find({ ...request, fingerprint: Buffer.from("another") }))).toBe("REQUEST_ID_REUSED");
  });
});
