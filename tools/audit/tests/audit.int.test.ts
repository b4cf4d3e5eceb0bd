import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OrderView } from "@skyport/proto";
import { eventually, freePort } from "@skyport/testing";
import { makeOrphan, oldOrderId } from "./support/orphan.ts";
import { runAudit } from "./support/program.ts";
import { type Stack, startStack } from "./support/stack.ts";

describe("npm run audit", () => {
  let stack: Stack;
  /** The products' ids: 100 and 50 at first. */
  let ship: string;
  let boat: string;
  beforeAll(async () => {
    stack = await startStack();
    ship = await stack.add(100);
    boat = await stack.add(50);
    const cancelled = await stack.order({ [boat]: 1 });
    await stack.orders.cancelOrder({ id: cancelled.id });
  }, 60_000);
  afterAll(async () => stack[Symbol.asyncDispose]());

  /** What a run has named: "KIND resource", in the order of the report. */
  const named = (output: string): string[] =>
    [...output.matchAll(/^│ ([A-Z_]+) +│ (\w+\/\S+) +│/gm)].map(([, kind, resource]) => `${kind} ${resource}`);

  /** The same with the lines of a cell put together. */
  const unwrapped = (output: string): string => output.replaceAll(/ +│\n│[ │]+/g, " ");

  /** Plants damage, expects exactly these lines of the audit, and takes the damage back. */
  async function expectFound(plant: () => Promise<unknown>, undo: () => Promise<unknown>, lines: readonly string[]) {
    await plant();
    try {
      const { output, isClean } = await stack.audit("--page-size", "2");
      expect(named(output)).toEqual(lines);
      expect(output).toContain(`\n${lines.length} discrepanc`);
      expect(isClean).toBe(false);
      return unwrapped(output);
    } finally {
      await undo();
    }
  }

  test("finds nothing where nothing is wrong, and says what it has looked at", async () => {
    await stack.order({ [ship]: 2, [boat]: 1 });
    const run = await runAudit([], stack.environment);
    expect(run).toEqual({ code: 0, errors: "", output: expect.stringMatching(/\nNo discrepancies\.\n$/) });
    expect(run.output).toMatch(/^products {6}2, with 147 in stock\nreservations {2}2, of which 1 hold 3\n/);
    expect(run.output).toContain("orders        2: 1 confirmed, 0 pending, 1 cancelled");
    const json = await stack.audit("--json", "--page-size=1");
    expect(json.isClean).toBe(true);
    expect(JSON.parse(json.output)).toMatchObject({ clean: true, checked: { orders: 2, reserved: 3, inStock: 147 } });
  });

  test("a wrong stock", async () => {
    const move = (by: number) => () =>
      stack.productSql(`UPDATE products SET in_stock = in_stock + ${by} WHERE id = '${ship}'`);
    const told = await expectFound(move(7), move(-7), [`STOCK_DIFFERS_FROM_LEDGER products/${ship}`]);
    expect(told).toContain("(+7)");
  });

  test("a stock below zero, should the database ever hold it", async () => {
    const id = await stack.add(0);
    const check = "products_in_stock_check";
    const set = (inStock: number) => stack.productSql(`UPDATE products SET in_stock = ${inStock} WHERE id = '${id}'`);
    await expectFound(async () => {
      await stack.productSql(`ALTER TABLE products DROP CONSTRAINT ${check}`);
      await set(-1);
    }, async () => {
      await set(0);
      await stack.productSql(`ALTER TABLE products ADD CONSTRAINT ${check} CHECK (in_stock >= 0)`);
    }, [`STOCK_DIFFERS_FROM_LEDGER products/${id}`, `NEGATIVE_STOCK products/${id}`]);
  });

  test("a missing ledger row, of a reservation and of a restock", async () => {
    const { id } = await stack.order({ [boat]: 3 });
    await expectFound(
      () => stack.productSql(`DELETE FROM stock_movements WHERE reservation_id = '${id}'`),
      () =>
        stack.productSql(`INSERT INTO stock_movements (product_key, delta, kind, reservation_id, generation)
          SELECT key, -3, 'reservation', '${id}', 1 FROM products WHERE id = '${boat}'`),
      [`STOCK_DIFFERS_FROM_LEDGER products/${boat}`, `RESERVATION_DIFFERS_FROM_LEDGER reservations/${id}`],
    );
    await expectFound(
      () =>
        stack.productSql(`DELETE FROM stock_movements USING products
          WHERE key = product_key AND products.id = '${ship}' AND kind = 'initial'`),
      () =>
        stack.productSql(`INSERT INTO stock_movements (product_key, delta, kind)
          SELECT key, 100, 'initial' FROM products WHERE id = '${ship}'`),
      [`STOCK_DIFFERS_FROM_LEDGER products/${ship}`],
    );
  });

  test("a reservation for no order, and for a cancelled one", async () => {
    const id = oldOrderId();
    await expectFound(
      () => makeOrphan(stack, { id, productId: ship, quantity: 4 }),
      () => stack.inventory.setReservation({ reservationId: id, generation: 2, items: [] }),
      [`ORPHAN_RESERVATION reservations/${id}`],
    );
    const order = await stack.order({ [ship]: 1 });
    const set = (state: string) => () =>
      stack.orderSql(`UPDATE orders SET state = '${state}' WHERE id = '${order.id}'`);
    const told = await expectFound(set("cancelled"), set("confirmed"), [`ORPHAN_RESERVATION reservations/${order.id}`]);
    expect(told).toContain("its order is cancelled");
  });

  test("a reservation for an order that is gone from the database, though GetOrder still has it in its cache", async () => {
    const { orders } = stack;
    const rename = (from: string, to: string) => stack.orderSql(`UPDATE orders SET id = '${to}' WHERE id = '${from}'`);
    const otherThan = (id: string): string => id.replace(/.{12}$/, "000000000000");
    // A service that has just started caches nothing for some seconds.
    const id = await eventually(
      async () => {
        const order = await stack.order({ [ship]: 1 });
        const read = () => orders.getOrder({ id: order.id, view: OrderView.BASIC });
        await read();
        await rename(order.id, otherThan(order.id));
        const isCached = await read().then(
          () => true,
          () => false,
        );
        if (!isCached) await rename(otherThan(order.id), order.id);
        return isCached && order.id;
      },
      { withinMs: 20_000, everyMs: 500 },
    );
    const other = otherThan(id);
    const told = await expectFound(
      async () => undefined,
      () => rename(other, id),
      [`MISSING_RESERVATION orders/${other}`, `ORPHAN_RESERVATION reservations/${id}`],
    );
    expect(told).toContain("ListOrders has no such order, only GetOrder");
  });

  test("a confirmed order without a reservation: released behind its back, or gone", async () => {
    const { id } = await stack.order({ [ship]: 2 });
    const set = (generation: number, quantity: number) => () =>
      stack.inventory.setReservation({
        reservationId: id,
        generation,
        items: quantity === 0 ? [] : [{ productId: ship, quantity }],
      });
    const told = await expectFound(set(2, 0), set(3, 2), [`MISSING_RESERVATION orders/${id}`]);
    expect(told).toContain("nothing held since");
    const hidden = id.replace(/.{12}$/, "000000000000");
    const rename = (from: string, to: string) => async () => {
      await stack.productSql(`UPDATE reservations SET id = '${to}', items = CASE id WHEN '${id}' THEN '[]'
        ELSE (SELECT jsonb_build_array(jsonb_build_object('productId', id, 'productKey', key::text, 'quantity', 2))
          FROM products WHERE id = '${ship}') END WHERE id = '${from}'`);
    };
    await expectFound(rename(id, hidden), rename(hidden, id), [`MISSING_RESERVATION orders/${id}`]);
  });

  test("quantities that differ", async () => {
    const { id } = await stack.order({ [ship]: 2, [boat]: 1 });
    const set = (generation: number, quantity: number) => () =>
      stack.inventory.setReservation({
        reservationId: id,
        generation,
        items: [
          { productId: ship, quantity },
          { productId: boat, quantity: 1 },
        ],
      });
    const told = await expectFound(set(2, 5), set(3, 2), [`QUANTITY_DIFFERS orders/${id}`]);
    expect(told).toContain("2 ordered, 5 held");
  });

  test("a pending order that nobody would ever settle", async () => {
    const { id } = await stack.order({ [ship]: 1 });
    const set = (state: string) => () => stack.orderSql(`UPDATE orders SET state = '${state}' WHERE id = '${id}'`);
    await expectFound(set("pending"), set("confirmed"), [`ABANDONED_ORDER orders/${id}`]);
  });

  test("an open intention excuses what it will settle; when it is late, that is told as lag", async () => {
    const id = oldOrderId();
    await makeOrphan(stack, { id, productId: ship, quantity: 4 });
    await stack.orderSql(`INSERT INTO order_intentions
      (order_id, generation, kind, line_items, attempts, create_time, due_time)
      VALUES ('${id}', 2, 'release', '[]', 7, now() - interval '5 minutes', now() + interval '1 day')`);
    const run = await stack.audit("--repair", "--yes");
    expect(run.output).toMatch(new RegExp(`^│ ${id} +│ 2 +│ 5 min +│ 7 times`, "m"));
    expect(run.output).toContain("repair: no orphan reservation to release");
    expect(run.output).toMatch(/\nNo discrepancies\.\n$/);
    expect(run.isClean).toBe(true);
    await stack.orderSql(`DELETE FROM order_intentions WHERE order_id = '${id}'`);
    expect((await stack.audit()).isClean).toBe(false);
    await stack.inventory.setReservation({ reservationId: id, generation: 2, items: [] });
  });

  test("--repair tells what it would do, --repair --yes does it, and only to orphans that are old enough", async () => {
    const old = oldOrderId();
    await makeOrphan(stack, { id: old, productId: boat, quantity: 5 });
    const order = await stack.order({ [boat]: 2 });
    const state = (to: string) => stack.orderSql(`UPDATE orders SET state = '${to}' WHERE id = '${order.id}'`);
    await state("cancelled");
    const stockOf = async () => (await stack.products.getProduct({ id: boat })).product?.inStock ?? 0;
    const before = await stockOf();

    const dry = await stack.audit("--repair");
    expect(dry.output).toMatch(new RegExp(`^│ would release │ ${old} │ by generation 2`, "m"));
    expect(dry.output).toMatch(new RegExp(`^│ kept +│ ${order.id} │ its order was made \\d+ s ago`, "m"));
    expect(await stockOf()).toBe(before);

    const wet = await runAudit(["--repair", "--yes", "--json"], stack.environment);
    expect(wet.code).toBe(1);
    expect(JSON.parse(wet.output)).toMatchObject({
      counts: { ORPHAN_RESERVATION: 2 },
      repairs: expect.arrayContaining([
        { reservationId: old, outcome: "released", text: "by generation 2, with no items" },
        { reservationId: order.id, outcome: "kept", text: expect.any(String) },
      ]),
    });
    expect(await stockOf()).toBe(before + 5);
    await state("confirmed");
    expect((await stack.audit()).isClean).toBe(true);
  });
});

describe("an audit that cannot be carried out", () => {
  const nobody = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

  test("says in one line which service does not answer", async () => {
    const run = await runAudit([], { PRODUCT_URL: await nobody(), ORDER_URL: await nobody() });
    expect(run).toMatchObject({ code: 2, output: "" });
    expect(run.errors).toMatch(
      /^audit: product-svc does not answer at http:\/\/127\.0\.0\.1:\d+ \(.*\); is it running\?[^\n]*\n$/,
    );
  });

  test("says in one line what is wrong with its arguments", async () => {
    const run = await runAudit(["--page-size", "none"], {});
    expect(run).toEqual({
      code: 2,
      output: "",
      errors: 'audit: --page-size must be a whole number from 1 to 1000, not "none"\n',
    });
  });

  test("tells how it is used", async () => {
    expect(await runAudit(["--help"], {})).toEqual({ code: 0, errors: "", output: expect.stringContaining("Usage:") });
  });
});
