import { describe, expect, test } from "@jest/globals";
import { anIntention, anOrder, aReservation } from "../tests/support/seen.ts";
import type { AuditResult } from "./audit.ts";
import type { Finding } from "./finding.ts";
import { Findings } from "./findings.ts";
import { jsonReport } from "./json-report.ts";
import { judge } from "./judge.ts";
import { report } from "./report.ts";
import type { OrderSeen, ReservationSeen } from "./seen.ts";

function found(order: OrderSeen | undefined, reservation: ReservationSeen | undefined): readonly Finding[] {
  const look = { id: "x", before: order, after: order, reservation };
  const verdict = judge({ ...look, intentionBefore: undefined, intentionAfter: undefined });
  return verdict.kind === "damaged" ? verdict.findings : [];
}

function result(findings: readonly Finding[], changes: Partial<AuditResult> = {}, limit?: number): AuditResult {
  const all = new Findings(limit);
  all.add(findings);
  return {
    findings: all,
    stock: { products: 10_000n, reservations: 1_900n, inStock: 1_234_567n, reserved: 5_021n },
    walk: { orders: 2_000, confirmed: 1_900, pending: 1, cancelled: 99, reservations: 2_100 },
    examined: 0,
    unsettled: 0,
    lag: { open: 0, overdue: 0, oldest: [] },
    ...changes,
  };
}

const orphans = found(undefined, aReservation("x", { ship: 2 }));
const several = [
  ...orphans,
  ...found(anOrder("x", { lines: { ship: 3, boat: 1 } }), aReservation("x", { ship: 2, skiff: 1 })),
];

describe("the report", () => {
  test("of a clean audit says what was looked at, and that all is well", () => {
    expect(report(result([]), undefined)).toBe(`products      10,000, with 1,234,567 in stock
reservations  2,100, of which 1,900 hold 5,021
orders        2,000: 1,900 confirmed, 1 pending, 99 cancelled
looked again  at 0
intentions    0 open, 0 overdue

No discrepancies.`);
  });

  test("names each discrepancy, and for each kind once where to look", () => {
    const text = report(result(several, { examined: 5, unsettled: 1 }), undefined);
    expect(text).toMatch(/ORPHAN_RESERVATION │ reservations\/x │ ship 2 held; there is no such order /);
    for (const line of ["boat: 1 ordered, 0 held", "ship: 3 ordered, 2 held", "skiff: 0 ordered, 1 held"]) {
      expect(text).toMatch(new RegExp(`QUANTITY_DIFFERS +│ orders/x +│ ${line} `));
    }
    expect(text.match(/^ORPHAN_RESERVATION: /gm)).toHaveLength(1);
    expect(text.match(/^QUANTITY_DIFFERS: /gm)).toHaveLength(1);
    expect(text).toContain("at 5: 1 of them still being changed, and not judged");
    expect(text).toMatch(/^4 discrepancies: 1 ORPHAN_RESERVATION, 3 QUANTITY_DIFFERS$/m);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(150);
    // Colours are for terminals only, and this is not known here.
    expect(text).not.toContain("\u001b");
  });

  test("counts what it does not show", () => {
    const text = report(result(several, {}, 1), undefined);
    expect(text).toContain("and 3 more");
    expect(text).toContain("4 discrepancies: 1 ORPHAN_RESERVATION, 3 QUANTITY_DIFFERS");
  });

  test("shows the same discrepancy once", () => {
    expect(result([...orphans, ...orphans]).findings.total).toBe(1);
  });

  test("calls an overdue intention lag", () => {
    const late = { ...anIntention("late", { generation: 2, attempts: 9 }), ageMs: 300_000, isPastDeadline: true };
    const text = report(result([], { lag: { open: 5, overdue: 3, oldest: [late] } }), undefined);
    expect(text).toMatch(/late +│ 2 +│ 5 min +│ 9 times +│ past its deadline/);
    expect(text).toContain("and 2 more");
    expect(text).toContain("This is lag, no damage");
    expect(text).toContain("No discrepancies.");
  });

  test("tells of repairs what was, and what would be done", () => {
    const repairs = [
      { reservationId: "x", outcome: "would_release", text: "by generation 2, with no items" },
      { reservationId: "y", outcome: "kept", text: "it has changed" },
    ] as const;
    const text = report(result(orphans), repairs);
    expect(text).toMatch(/would release +│ x +│ by generation 2/);
    expect(text).toContain("--repair --yes does it");
    const [, kept] = repairs;
    expect(report(result(orphans), [kept])).not.toContain("--yes");
    expect(report(result([]), [])).toContain("no orphan reservation to release");
  });

  test("shortens an order of a hundred lines", () => {
    const lines = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`product-${n}`, 1]));
    const text = report(result(found(undefined, aReservation("x", lines))), undefined);
    expect(text).toContain("…");
    expect(text.length).toBeLessThan(3_000);
  });
});

describe("the JSON report", () => {
  test("holds everything in plain numbers", () => {
    const late = { ...anIntention("late"), ageMs: 20_000, isPastDeadline: false };
    const lag = { open: 1, overdue: 1, oldest: [late] };
    const document: unknown = JSON.parse(jsonReport(result(several, { examined: 2, lag }), undefined));
    expect(document).toEqual({
      clean: false,
      total: 4,
      counts: { ORPHAN_RESERVATION: 1, QUANTITY_DIFFERS: 3 },
      discrepancies: expect.arrayContaining([
        {
          kind: "QUANTITY_DIFFERS",
          resource: "orders/x",
          productId: "ship",
          expected: 3,
          actual: 2,
          text: "ship: 3 ordered, 2 held",
          means: expect.any(String),
          next: expect.any(String),
        },
      ]),
      checked: {
        products: 10_000,
        inStock: 1_234_567,
        reserved: 5_021,
        holdingReservations: 1_900,
        reservations: 2_100,
        orders: 2_000,
        confirmed: 1_900,
        pending: 1,
        cancelled: 99,
        examined: 2,
        unsettled: 0,
      },
      lag: {
        open: 1,
        overdue: 1,
        oldest: [{ orderId: "late", generation: 1, ageMs: 20_000, attempts: 0, isPastDeadline: false }],
      },
    });
  });

  test("says so when it is clean, and what became of repairs", () => {
    expect(JSON.parse(jsonReport(result([]), []))).toMatchObject({ clean: true, total: 0, repairs: [] });
  });
});
