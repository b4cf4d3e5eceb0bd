import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { type Order, OrderSchema, OrderState } from "@skyport/proto";
import { Ledger } from "./ledger.ts";
import { expectedLines, lineItems, linesOf, type Shelf, type WantedLine } from "./lines.ts";
import type { Known, Purchase } from "./purchase.ts";

const shelf: Shelf = { id: "canoe", title: "Canoe", units: 12, inStock: 5 };
const wanted = (quantity: number): WantedLine[] => [{ shelf, quantity, isMarked: true }];

interface Shown {
  readonly id?: string;
  readonly quantity?: number;
  readonly change?: number;
  readonly etag?: string;
  readonly state?: OrderState;
}

/** An order as a service would answer it, for the purchase. */
function order({ number }: Purchase, shown: Shown = {}): Order {
  const { id = "a", quantity = 2, change = 0, etag = "e1", state = OrderState.CONFIRMED } = shown;
  const total = { currencyCode: "EUR", units: BigInt(number * quantity), nanos: change * quantity };
  const items = lineItems(wanted(quantity), { number, change }).map((item) => ({ ...item, title: shelf.title }));
  return create(OrderSchema, { id, etag, state, lineItems: items, total });
}

const kinds = (ledger: Ledger): string[] => ledger.violations.map(({ kind }) => kind);

function acknowledged(): { ledger: Ledger; purchase: Purchase; known: Known } {
  const ledger = new Ledger();
  const purchase = ledger.open(wanted(2));
  ledger.created(purchase, order(purchase));
  const known = purchase.confirmed;
  if (known === undefined) throw new Error("it is not known");
  return { ledger, purchase, known };
}

/** A change to 3, which was granted with this answer. */
function change(ledger: Ledger, purchase: Purchase, known: Known, answer: Shown, etag?: string): void {
  purchase.changes += 1;
  const lines = expectedLines(wanted(3), { number: purchase.number, change: purchase.changes });
  purchase.possible.add(lines);
  ledger.changed(purchase, known, order(purchase, answer), lines, etag);
}

describe("a create", () => {
  test("is well when the order is what was asked for, and is read as it was answered", () => {
    const { ledger, purchase } = acknowledged();
    ledger.seen(order(purchase), performance.now(), "a read");
    ledger.created(purchase, order(purchase));
    expect(ledger.violations).toEqual([]);
    expect(ledger.acknowledged).toBe(1);
  });

  test.each<[string, Shown]>([
    ["another quantity", { quantity: 1 }],
    ["another price", { change: 7 }],
    ["another state", { state: OrderState.PENDING }],
  ])("must not be answered with %s", (_, shown) => {
    const ledger = new Ledger();
    const purchase = ledger.open(wanted(2));
    ledger.created(purchase, order(purchase, shown));
    expect(kinds(ledger)).toEqual(["WRONG CONTENT"]);
  });

  test.each<[string, Shown]>([
    ["order", { id: "b" }],
    ["etag", { etag: "e2" }],
  ])("must not be answered with another %s when it is repeated", (_, shown) => {
    const { ledger, purchase } = acknowledged();
    ledger.created(purchase, order(purchase, shown));
    expect(kinds(ledger)).toEqual(["OTHER ANSWER"]);
  });

  test("whose total is not the sum of its lines is wrong", () => {
    const ledger = new Ledger();
    const purchase = ledger.open(wanted(2));
    const short = order(purchase);
    if (short.total !== undefined) short.total.nanos = 1;
    ledger.created(purchase, short);
    expect(kinds(ledger)).toEqual(["WRONG CONTENT"]);
  });
});

describe("what a read must not show", () => {
  test.each<[string, Shown]>([
    ["another etag", { etag: "e0" }],
    ["another state", { state: OrderState.CANCELLED }],
  ])("of an order at rest: %s", (_, shown) => {
    const { ledger, purchase } = acknowledged();
    ledger.seen(order(purchase, shown), performance.now(), "a read");
    expect(kinds(ledger)).toEqual(["WRONG CONTENT"]);
  });

  test("a second order of one request", () => {
    const { ledger, purchase } = acknowledged();
    ledger.seen(order(purchase, { id: "b" }), performance.now(), "a read");
    expect(kinds(ledger)).toEqual(["UNKNOWN ORDER"]);
  });

  test("line items that nobody has asked for, even while a change is under way", () => {
    const { ledger, purchase } = acknowledged();
    purchase.begin();
    ledger.seen(order(purchase, { change: 1, quantity: 3 }), performance.now(), "a read");
    expect(kinds(ledger)).toEqual(["HALF DONE"]);
  });

  test("an order that was deleted", () => {
    const { ledger, purchase } = acknowledged();
    ledger.deleted(purchase, "a");
    ledger.seen(order(purchase), performance.now(), "a read");
    ledger.forget();
    ledger.seen(order(purchase), performance.now(), "a read");
    expect(kinds(ledger)).toEqual(["RISEN", "RISEN"]);
  });

  test("an order of a request that was refused, or never made", () => {
    const ledger = new Ledger();
    const purchase = ledger.open(wanted(2));
    ledger.refused(purchase);
    ledger.seen(order(purchase), performance.now(), "a read");
    const never = new Ledger().open(wanted(1));
    new Ledger().open(wanted(1));
    const other = new Ledger();
    other.seen(order(never), performance.now(), "a read");
    expect([kinds(ledger), kinds(other)]).toEqual([["UNKNOWN ORDER"], ["UNKNOWN ORDER"]]);
  });

  test("nothing, where an order was acknowledged", () => {
    const { ledger, purchase } = acknowledged();
    ledger.missed(purchase, "a", "a read");
    expect(kinds(ledger)).toEqual(["LOST ORDER"]);
  });
});

describe("while a change is under way", () => {
  test("a read may show either, and afterwards only what was answered", () => {
    const { ledger, purchase, known } = acknowledged();
    purchase.begin();
    purchase.possible.add(linesOf(order(purchase, { change: 1, quantity: 3 })));
    ledger.seen(order(purchase), performance.now(), "a read");
    ledger.seen(order(purchase, { change: 1, quantity: 3, etag: "e2" }), performance.now(), "a read");
    change(ledger, purchase, known, { change: 1, quantity: 3, etag: "e2" });
    purchase.end();
    expect(ledger.violations).toEqual([]);
    ledger.seen(order(purchase), performance.now(), "a read");
    expect(kinds(ledger)).toEqual(["WRONG CONTENT"]);
  });

  test("a read that had begun before its end may show what was before", () => {
    const { ledger, purchase, known } = acknowledged();
    const before = performance.now() - 1;
    purchase.begin();
    change(ledger, purchase, known, { change: 1, quantity: 3, etag: "e2" });
    purchase.end();
    ledger.seen(order(purchase), before, "a read");
    expect(ledger.violations).toEqual([]);
  });
});

describe("several who change one order", () => {
  test("are not both granted on one etag", () => {
    const { ledger, purchase, known } = acknowledged();
    change(ledger, purchase, known, { change: 1, quantity: 3, etag: "e2" }, "e1");
    expect(ledger.violations).toEqual([]);
    change(ledger, purchase, known, { change: 2, quantity: 3, etag: "e3" }, "e1");
    expect(kinds(ledger)).toEqual(["LOST CHANGE"]);
  });

  test("a cancellation keeps the change that was granted, whichever is heard of first", () => {
    const { ledger, purchase, known } = acknowledged();
    purchase.isContended = true;
    ledger.cancelled(purchase, order(purchase, { etag: "e3", state: OrderState.CANCELLED }));
    expect(ledger.violations).toEqual([]);
    change(ledger, purchase, known, { change: 1, quantity: 3, etag: "e2" });
    expect(kinds(ledger)).toEqual(["LOST CHANGE"]);
  });

  test("a create that was cancelled before it was confirmed may be made again, one that was confirmed may not", () => {
    const ledger = new Ledger();
    const purchase = ledger.open(wanted(2));
    ledger.cancelled(purchase, order(purchase, { state: OrderState.CANCELLED }));
    ledger.created(purchase, order(purchase, { id: "b", etag: "e2" }));
    expect(ledger.violations).toEqual([]);
    ledger.created(purchase, order(purchase, { id: "c", etag: "e3" }));
    expect(kinds(ledger)).toEqual(["OTHER ANSWER"]);
  });
});

test("what is over is forgotten, what is not is kept", () => {
  const { ledger, purchase } = acknowledged();
  const refused = ledger.open(wanted(1));
  ledger.refused(refused);
  const open = ledger.open(wanted(1));
  const active = ledger.open(wanted(1));
  active.begin();
  ledger.refused(active);
  ledger.forget();
  expect(ledger.purchases).toEqual([purchase, open, active]);
});
