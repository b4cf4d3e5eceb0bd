import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type CursorValue, PageTokens, pageBinding } from "@skyport/db";
import {
  createWiretap,
  differences,
  documentedStatements,
  type Execution,
  type ExplainedPlan,
  explainExecution,
  type Wiretap,
} from "@skyport/testing";
import { PRODUCT_ORDERS, type ProductOrder } from "../src/domain/product-list.ts";
import { existing } from "./support/fixtures.ts";
import { openPlanDatabase, PLAN_ROWS } from "./support/plan-database.ts";
import { probeAll } from "./support/probes.ts";
import { PAGE_TOKEN_SECRET, startService, type TestService } from "./support/service.ts";
import { quoted, type Sql } from "./support/sql.ts";
import { nameOf, STATEMENT_NAMES } from "./support/statement-names.ts";

const ROWS = PLAN_ROWS;
const PAGE = new URL("../../../docs/statements.md", import.meta.url);

/** What may stand in a list's plan: rows come out of an index in the order asked for, as many as the page holds. */
const ALLOWED = /^(Limit|Result|Index (Only )?Scan .+)$/;

const resources = new AsyncDisposableStack();
const tokens = new PageTokens(PAGE_TOKEN_SECRET);
const report: string[] = [];
let databaseUrl: string;
let sql: Sql;
let tap: Wiretap;
let service: TestService;

beforeAll(async () => {
  const database = resources.use(await openPlanDatabase());
  sql = database.sql;
  databaseUrl = database.databaseUrl;
  tap = resources.use(await createWiretap(databaseUrl));
  service = resources.use(await startService({ databaseUrl: tap.url, databaseDirectUrl: databaseUrl }));
}, 120_000);

afterAll(async () => {
  await resources.disposeAsync();
  if (process.env["PLAN_FIGURES"] === "1") process.stdout.write(`plans of ${ROWS} products\n${report.join("\n")}\n`);
});

test("every statement reads what docs/statements.md tells, and no more", async () => {
  const probed = await probeAll(databaseUrl, sql, ROWS);
  expect(probed.map(({ name }) => name).sort()).toEqual([...STATEMENT_NAMES].sort());
  expect(differences(probed, await documentedStatements(PAGE, "product-svc"))).toEqual([]);
}, 60_000);

/** How often a call is made whose statements others have come between. */
const ATTEMPTS = 5;

/**
 * The one statement that a call runs. The service's upkeep uses the same connections: the call is made again, a few times,
 * when there were others.
 */
async function statementOf(call: () => Promise<unknown>): Promise<Execution> {
  for (let attempt = 1; ; attempt++) {
    tap.clear();
    await call();
    const statements = tap.executions.filter(({ text }) => nameOf(text) !== undefined);
    if (statements.length > 1 && attempt < ATTEMPTS) continue;
    expect(statements).toHaveLength(1);
    return existing(statements[0]);
  }
}

async function plansOf(what: string, call: () => Promise<unknown>): Promise<ExplainedPlan[]> {
  const statement = await statementOf(call);
  const plans: ExplainedPlan[] = [];
  for (const mode of ["custom", "generic"] as const) {
    const plan = await explainExecution(sql, statement, mode);
    const cost = `${String(plan.buffers).padStart(5)} pages ${plan.ms.toFixed(2).padStart(7)} ms`;
    report.push(`${what.padEnd(42)} ${mode.padEnd(7)} ${cost}  ${plan.nodes.join(" > ").slice(0, 140)}`);
    plans.push(plan);
  }
  return plans;
}

describe("ListProducts", () => {
  /** Where a list is read on: after its first half or so, and 60 products before its end. */
  const PLACES = ["middle", "late"] as const;

  const KEYS = { create_time: "create_time, key", title: "title_folded, key", id: "id" } as const;

  async function tokenAt(
    order: ProductOrder,
    prefix: string,
    inStock: boolean,
    place: (typeof PLACES)[number],
  ): Promise<string> {
    const [column, direction = "asc"] = order.split(" ") as [keyof typeof KEYS, string?];
    const back = direction === "asc" ? "DESC" : "ASC";
    const where = {
      late: `ORDER BY ${KEYS[column].replaceAll(/\w+/g, (name) => `${name} ${back}`)} OFFSET 60`,
      middle:
        column === "title"
          ? `AND title_folded >= ${quoted(`${prefix === "" ? "odyssey " : prefix.toLowerCase()}8`)} ORDER BY title_folded`
          : `AND key >= ${ROWS / 2} ORDER BY key`,
    }[place];
    const [row] = await sql(
      `SELECT (extract(epoch FROM create_time) * 1000000)::bigint AS micros, key, id, title_folded AS title FROM products
        WHERE ${inStock ? "is_in_stock" : "true"} AND title_folded >= lower(${quoted(prefix)} COLLATE pg_c_utf8)
          AND title_folded <= lower(${quoted(prefix)} COLLATE pg_c_utf8) || chr(1114111) ${where} LIMIT 1`,
    );
    const { micros, key, id, title } = existing(row);
    const cursor = { create_time: [micros, key], title: [title, key], id: [id] }[column];
    // The query above says what they are.
    return tokens.encode(pageBinding("ListProducts", order, prefix, inStock), cursor as CursorValue[]);
  }

  const kinds = [
    ...PRODUCT_ORDERS.map((order) => ({ order, prefix: "" })),
    { order: "title" as const, prefix: "SHIP " },
    { order: "title" as const, prefix: "äpfel a" },
  ].flatMap((kind) => [true, false].map((inStock) => ({ ...kind, inStock })));

  test.each(kinds)("by $order, prefix '$prefix', in stock only: $inStock", async ({ order, prefix, inStock }) => {
    const request = { orderBy: order, filter: { titlePrefix: prefix, inStockOnly: inStock } };
    const pages = new Map([["first", ""]]);
    for (const place of PLACES) pages.set(place, await tokenAt(order, prefix, inStock, place));
    expect.assertions(pages.size * 5);
    for (const [page, pageToken] of pages) {
      const what = `${order}${prefix && ` prefix ${prefix}`}${inStock ? " in stock" : ""}, ${page} page`;
      for (const { nodes, buffers } of await plansOf(what, () =>
        service.products.listProducts({ ...request, pageToken }),
      )) {
        expect(nodes.filter((node) => !ALLOWED.test(node))).toEqual([]);
        // 51 rows, each on a page of its own at worst, and the way down the index: however far into the list.
        expect(buffers).toBeLessThan(120);
      }
    }
  });

  test("a prefix that nothing has, and one that little has", async () => {
    for (const titlePrefix of ["nothing has this", "ship c4ca4238a0b92382", "\u{10FFFF}"]) {
      const plans = await plansOf(`title prefix ${titlePrefix}`, () =>
        service.products.listProducts({ filter: { titlePrefix } }),
      );
      for (const { nodes } of plans) expect(nodes.filter((node) => !ALLOWED.test(node))).toEqual([]);
    }
  });
});

describe("other reads of many rows", () => {
  test("ListReservations", async () => {
    const [row] = await sql(`SELECT id FROM reservations ORDER BY id OFFSET ${Math.floor(ROWS / 20)} LIMIT 1`);
    const pages = { first: "", middle: tokens.encode(pageBinding("ListReservations"), [String(row?.["id"])]) };
    for (const [page, pageToken] of Object.entries(pages)) {
      const call = () => service.inventory.listReservations({ pageToken });
      for (const { nodes, buffers } of await plansOf(`reservations, ${page} page`, call)) {
        expect(nodes.filter((node) => !ALLOWED.test(node))).toEqual([]);
        expect(buffers).toBeLessThan(120);
      }
    }
  });

  /** Movements of reservations that are forgotten since, from before the others. */
  async function forgetReservations(): Promise<void> {
    await sql(
      `WITH forgotten AS (SELECT i, uuidv7(-interval '10 days') AS id FROM generate_series(1, ${ROWS / 10}) AS i)
        INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation, at)
        SELECT i, 3 - 2 * generation, 'reservation', id, generation, now() - i % 2 * interval '1 day'
        FROM forgotten CROSS JOIN generate_series(1, 2) AS generation`,
    );
    await sql("VACUUM (ANALYZE) stock_movements");
  }

  const cursors: [string, CursorValue[]][] = [
    ["products, first page", ["products", 0n]],
    ["products, middle page", ["products", BigInt(ROWS / 2)]],
    ["reservations, first page", ["reservations"]],
  ];

  test.each(["without forgotten ones", "with forgotten ones"])(
    "AuditStock: reservations, middle page, %s",
    async (what) => {
      if (what === "with forgotten ones") await forgetReservations();
      const [row] = await sql(
        `SELECT reservation_id AS id FROM stock_movements WHERE reservation_id IS NOT NULL ORDER BY 1 OFFSET ${ROWS / 20}
        LIMIT 1`,
      );
      const pageToken = tokens.encode(pageBinding("AuditStock"), ["reservations", String(row?.["id"])]);
      const call = () => service.inventory.auditStock({ pageToken });
      for (const { nodes, buffers } of await plansOf(`audit of reservations, ${what}`, call)) {
        expect(nodes.filter((node) => /^(Seq Scan|Bitmap Heap Scan) (products|reservations)/.test(node))).toEqual([]);
        // A range of the ledger, whatever is in it, from every partition.
        expect(buffers).toBeLessThan(1_000);
      }
    },
  );

  test.each(cursors)("AuditStock: %s", async (what, cursor) => {
    const pageToken = tokens.encode(pageBinding("AuditStock"), cursor);
    for (const { nodes, buffers } of await plansOf(`audit of ${what}`, () =>
      service.inventory.auditStock({ pageToken }),
    )) {
      expect(nodes.filter((node) => /^(Seq Scan|Bitmap Heap Scan) (products|reservations)/.test(node))).toEqual([]);
      // A look into the ledger for each row: into every partition that it has.
      expect(buffers).toBeLessThan(3_000);
    }
  });

  test("BatchGetProducts", async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `product-${1 + i * Math.floor(ROWS / 100)}`);
    for (const { nodes, buffers } of await plansOf("batch of 100", () => service.products.batchGetProducts({ ids }))) {
      expect(nodes.filter((node) => /^(Seq Scan|Sort)/.test(node))).toEqual([]);
      expect(buffers).toBeLessThan(600);
    }
  });
});
