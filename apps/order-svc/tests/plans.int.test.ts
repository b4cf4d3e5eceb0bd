import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createDatabase, type Database, DB_MIGRATIONS, migrate } from "@skyport/db";
import { startPostgres, type TestPostgres } from "@skyport/testing";
import { storagePlan } from "../src/db/plan.ts";
import { LIST_ORDERS, type OrderListing } from "../src/domain/order-list.ts";
import {
  claimDueIntentions,
  claimLateIntentions,
  findIntention,
  findIntentionOfRequest,
  findOpenIntention,
  handOverIntention,
  listOpenIntentions,
  postponeIntention,
  sweepIntentions,
} from "../src/repositories/intentions.ts";
import { listOrders } from "../src/repositories/order-pages.ts";
import { findOrders } from "../src/repositories/orders.ts";
import { FIRST_ORDER, generateOrders, HOT_PRODUCT, query, RARE_PRODUCT } from "./support/many-orders.ts";
import {
  blocksOf,
  faultsIn,
  genericPlan,
  indexesOf,
  inSession,
  type Prepared,
  preparedBy,
  runPlan,
} from "./support/plans.ts";

const ROWS = Number(process.env["PLAN_ROWS"] ?? 1_000_000);

/** Bulk work: nothing that a crash may not lose. */
const BULK = {
  shared_buffers: "512MB",
  maintenance_work_mem: "512MB",
  max_wal_size: "8GB",
  autovacuum: "off",
};

const DAY = 86_400_000_000n;
const START = BigInt(Date.parse(FIRST_ORDER)) * 1_000n;
const at = (day: number): bigint => START + BigInt(day) * DAY;

const NOBODY = "01890000-0000-7000-8000-000000000000";

/** One more than the page of 50 that callers get without asking. */
const LIMIT = 51;

/** An entry of the walked index is shared by many rows; each row is found by an index of at most four levels. */
const BLOCKS_A_ROW = 6;

interface Kind {
  readonly what: string;
  readonly listing: OrderListing;
  readonly deep: boolean;
}

/** Every kind of list statement, each with values that are common and with some that are rare. */
const KINDS: readonly Kind[] = LIST_ORDERS.flatMap((order) =>
  ([undefined, "confirmed", "pending", "cancelled"] as const).flatMap((state) =>
    [undefined, HOT_PRODUCT, RARE_PRODUCT].flatMap((productId) =>
      [undefined, at(100)].flatMap((createTimeAfter) =>
        [undefined, at(600)].flatMap((createTimeBefore) =>
          [false, true].map((deep) => {
            const listing: OrderListing = { order, state, productId, createTimeAfter, createTimeBefore };
            const parts = [order, state, productId, createTimeAfter && "after", createTimeBefore && "before"];
            return { what: [...parts, deep ? "deep page" : "first page"].filter(Boolean).join(", "), listing, deep };
          }),
        ),
      ),
    ),
  ),
);

/** Half of the way through whatever the listing holds. */
const HALFWAY = at(350);

/** Kinds of one shape have one statement: a cursor takes the place of the bound that it is beyond. */
function shapeOf({ listing, deep }: Kind): string {
  const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
  const isRising = order === "create_time";
  const after = deep && isRising ? undefined : createTimeAfter;
  const before = deep && !isRising ? undefined : createTimeBefore;
  return [order, ...[state, productId, after, before].map((part) => part !== undefined), deep].join();
}

const text = (value: string): string => `'${value}'`;
const time = (micros: bigint): string => `timestamptz 'epoch' + ${micros} * interval '1 us'`;

/** What stands for $1, $2, ... in the statement of a kind. */
function valuesOf({ listing, deep }: Kind): string[] {
  const { order, state, productId, createTimeAfter, createTimeBefore } = listing;
  const prefix = state === undefined ? [] : [text(state)];
  const cursor = [...prefix, time(HALFWAY), "500000"];
  const bound = (at: bigint | undefined): string[] => (at === undefined ? prefix : [...prefix, time(at)]);
  const isRising = order === "create_time";
  return [
    ...(productId === undefined ? [] : [text(productId)]),
    ...(deep && isRising ? cursor : bound(createTimeAfter)),
    ...(deep && !isRising ? cursor : bound(createTimeBefore)),
    String(LIMIT),
  ];
}

describe(`with ${ROWS.toLocaleString("en")} orders`, () => {
  let postgres: TestPostgres;
  let url: string;
  let database: Database;

  beforeAll(async () => {
    postgres = await startPostgres({ settings: BULK });
    url = await postgres.createDatabase();
    await migrate({ url, components: [DB_MIGRATIONS, storagePlan.migrations] });
    database = createDatabase({ url, maxConnections: 4 });
    await generateOrders(database, ROWS);
  }, 300_000);
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  test("every list is read from its index, and a page costs the same wherever it is", async () => {
    const faults: string[] = [];
    const figures: string[] = [];
    await inSession(database, async (session) => {
      const known = new Map<string, Prepared>();
      for (const kind of KINDS) {
        const shape = shapeOf(kind);
        const cursor = kind.deep ? [HALFWAY, 500_000n] : undefined;
        const [made] = await preparedBy(session, () => listOrders(session, kind.listing, cursor, LIMIT));
        const prepared = made ?? known.get(shape);
        if (prepared === undefined) throw new Error(`${kind.what} was not prepared`);
        known.set(shape, prepared);
        for (const mode of ["force_generic_plan", "force_custom_plan"] as const) {
          const { Plan: plan, "Execution Time": ms } = await runPlan(session, prepared, valuesOf(kind), mode);
          const blocks = blocksOf(plan);
          faults.push(...faultsIn(plan).map((fault) => `${kind.what} (${mode}): ${fault}`));
          if (blocks > LIMIT * BLOCKS_A_ROW) faults.push(`${kind.what} (${mode}): ${blocks} blocks`);
          if (mode === "force_generic_plan")
            figures.push(`| ${kind.what} | ${indexesOf(plan).join(", ")} | ${blocks} | ${ms} |`);
        }
      }
      expect(known.size).toBe(48);
    });
    if (process.env["PLAN_FIGURES"]) process.stderr.write(`${figures.join("\n")}\n`);
    expect(faults).toEqual([]);
  }, 120_000);

  test("orders are found by their ids, and wishes by whatever they are looked for", async () => {
    await inSession(database, async (session) => {
      const request = { principal: "", rpc: "rpc", requestId: NOBODY, fingerprint: "" };
      const wish = { orderId: NOBODY, generation: 1 };
      const prepared = await preparedBy(session, async () => {
        await findOrders(session, [NOBODY]);
        await findIntention(session, NOBODY, 1);
        await findOpenIntention(session, NOBODY);
        await findIntentionOfRequest(session, request);
        await listOpenIntentions(session, { createTime: "2001-01-01 00:00:00+00", orderId: NOBODY, generation: 1 }, 51);
        await claimDueIntentions(session, 16, 1);
        await claimLateIntentions(session, 16, 1);
        await sweepIntentions(session, 86_400_000, 1);
        const [open] = await listOpenIntentions(
          session,
          { createTime: "2001-01-01", orderId: NOBODY, generation: 0 },
          1,
        );
        if (open === undefined) throw new Error("there are open wishes");
        await postponeIntention(session, { ...open, ...wish }, 1);
        await handOverIntention(session, { ...open, ...wish });
      });
      const faults: string[] = [];
      for (const statement of prepared) {
        const plan = await genericPlan(session, statement);
        faults.push(...faultsIn(plan).map((fault) => `${statement.text}: ${fault}`));
      }
      expect(prepared).toHaveLength(10);
      expect(faults).toEqual([]);
    });
  });

  test("the checks above see what they are there for", async () => {
    await query(database, "DROP INDEX orders_create_time");
    await using fresh = createDatabase({ url, minConnections: 0 });
    await inSession(fresh, async (session) => {
      const [kind] = KINDS;
      if (kind === undefined) throw new Error("there are kinds");
      const [prepared] = await preparedBy(session, () => listOrders(session, kind.listing, undefined, LIMIT));
      if (prepared === undefined) throw new Error("nothing was prepared");
      const { Plan: plan } = await runPlan(session, prepared, valuesOf(kind), "force_generic_plan");
      expect(faultsIn(plan)).toEqual(expect.arrayContaining(["Sort", "Seq Scan orders"]));
      expect(blocksOf(plan)).toBeGreaterThan(LIMIT * BLOCKS_A_ROW);
    });
  });
});
