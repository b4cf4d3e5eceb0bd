import { describe, expect, test } from "@jest/globals";
import { OrderState } from "@skyport/proto";
import { anIntention, anOrder, aReservation } from "../tests/support/seen.ts";
import { judge, type Look, type Verdict } from "./judge.ts";
import type { OrderSeen, ReservationSeen } from "./seen.ts";

/** What is said of an order and a reservation that do not move. */
function still(order: OrderSeen | undefined, reservation: ReservationSeen | undefined, changes: Partial<Look> = {}) {
  const look = { id: "x", before: order, after: order, reservation };
  return judge({ ...look, intentionBefore: undefined, intentionAfter: undefined, ...changes });
}

function findings(verdict: Verdict): string[] {
  return verdict.kind === "damaged" ? verdict.findings.map((found) => `${found.kind} ${found.resource}`) : [];
}

const pending = anOrder("x", { state: OrderState.PENDING });
const cancelled = anOrder("x", { state: OrderState.CANCELLED });

describe("both ends agree", () => {
  test.each([
    ["a confirmed order with its reservation", anOrder("x"), aReservation("x")],
    ["a cancelled order without a reservation", cancelled, undefined],
    ["a cancelled order that gave all back", cancelled, aReservation("x", {})],
    ["no order, and a released reservation", undefined, aReservation("x", {})],
    ["neither", undefined, undefined],
  ])("%s", (_, order, reservation) => {
    expect(still(order, reservation)).toEqual({ kind: "consistent" });
  });
});

describe("damage", () => {
  test.each([
    ["a reservation of no order", undefined, aReservation("x"), ["ORPHAN_RESERVATION reservations/x"]],
    ["a reservation of a cancelled order", cancelled, aReservation("x"), ["ORPHAN_RESERVATION reservations/x"]],
    [
      "an order that only GetOrder knows",
      anOrder("x", { isListed: false }),
      aReservation("x"),
      ["ORPHAN_RESERVATION reservations/x"],
    ],
    ["an order without a reservation", anOrder("x"), undefined, ["MISSING_RESERVATION orders/x"]],
    ["an order whose reservation holds nothing", anOrder("x"), aReservation("x", {}), ["MISSING_RESERVATION orders/x"]],
    ["another quantity", anOrder("x"), aReservation("x", { ship: 2 }), ["QUANTITY_DIFFERS orders/x"]],
    [
      "another product",
      anOrder("x"),
      aReservation("x", { boat: 1 }),
      ["QUANTITY_DIFFERS orders/x", "QUANTITY_DIFFERS orders/x"],
    ],
    ["a pending order that nobody settles", pending, undefined, ["ABANDONED_ORDER orders/x"]],
    ["the same, with its reservation", pending, aReservation("x"), ["ABANDONED_ORDER orders/x"]],
  ])("%s", (_, order, reservation, found) => {
    expect(findings(still(order, reservation))).toEqual(found);
  });

  test("a different quantity is told by product and number", () => {
    const verdict = still(anOrder("x", { lines: { ship: 3, boat: 1 } }), aReservation("x", { ship: 2, boat: 1 }));
    expect(verdict).toMatchObject({
      findings: [{ productId: "ship", expected: 3n, actual: 2n, text: "ship: 3 ordered, 2 held" }],
    });
  });

  test("an orphan is told with what is needed to release it", () => {
    expect(still(undefined, aReservation("x", { ship: 2 }, 7))).toMatchObject({
      findings: [{ orphan: { id: "x", generation: 7 }, text: "ship 2 held; there is no such order" }],
    });
  });

  test("the stamp is another one when anything has changed", () => {
    const stamps = [
      still(anOrder("x"), aReservation("x", { ship: 2 })),
      still(anOrder("x", { etag: "2" }), aReservation("x", { ship: 2 })),
      still(anOrder("x"), aReservation("x", { ship: 2 }, 2)),
      still(anOrder("x"), aReservation("x", { ship: 3 })),
      still(anOrder("x"), undefined),
      still(anOrder("x", { isListed: false }), aReservation("x")),
      still(undefined, aReservation("x")),
    ].map((verdict) => (verdict.kind === "damaged" ? verdict.stamp : "none"));
    expect(new Set(stamps).size).toBe(stamps.length);
    expect(stamps).not.toContain("none");
  });
});

describe("what is under way is not judged", () => {
  test("an order that has changed between the reads, come or gone", () => {
    const changed = anOrder("x", { etag: "2" });
    for (const after of [changed, undefined]) {
      expect(still(anOrder("x"), undefined, { after })).toEqual({ kind: "moving" });
    }
    expect(still(undefined, aReservation("x"), { after: anOrder("x") })).toEqual({ kind: "moving" });
  });

  test("an order with an open intention, seen at either time", () => {
    const intention = anIntention("x");
    for (const seen of [{ intentionBefore: intention }, { intentionAfter: intention }]) {
      expect(still(pending, undefined, seen)).toEqual({ kind: "in_flight", overdue: false });
    }
  });

  test("one that the recovery loop is at is overdue", () => {
    const intentionAfter = anIntention("x", { attempts: 1 });
    expect(still(pending, undefined, { intentionAfter })).toEqual({ kind: "in_flight", overdue: true });
  });
});
