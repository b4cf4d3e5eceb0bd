import { describe, expect, test } from "@jest/globals";
import { auditProducts, auditReservations } from "./audit.ts";

describe("products", () => {
  test("whose stock is the sum of their ledger are fine", () => {
    expect(auditProducts([{ key: 1n, id: "a", inStock: 3n, ledger: 3n }])).toEqual([]);
  });

  test("that differ, or are below zero, are told, both where both is so", () => {
    const subject = (id: string) => ({ kind: "product", id });
    const found = auditProducts([
      { key: 1n, id: "a", inStock: 4n, ledger: 3n },
      { key: 2n, id: "b", inStock: -1n, ledger: -1n },
      { key: 3n, id: "c", inStock: -2n, ledger: 0n },
    ]);
    expect(found).toEqual([
      { kind: "stock_differs", subject: subject("a"), productId: "a", expected: 3n, actual: 4n },
      { kind: "negative_stock", subject: subject("b"), productId: "b", expected: 0n, actual: -1n },
      { kind: "stock_differs", subject: subject("c"), productId: "c", expected: 0n, actual: -2n },
      { kind: "negative_stock", subject: subject("c"), productId: "c", expected: 0n, actual: -2n },
    ]);
  });
});

describe("reservations", () => {
  test("whose lines are the sum of their ledger are fine", () => {
    expect(auditReservations([{ id: "r", lines: [{ productId: "a", held: 2n, ledger: 2n }] }])).toEqual([]);
  });

  test("are told line by line where they differ", () => {
    const lines = [
      { productId: "a", held: 2n, ledger: 2n },
      { productId: "b", held: 1n, ledger: 0n },
      { productId: "c", held: 0n, ledger: 5n },
    ];
    const subject = { kind: "reservation", id: "r" };
    expect(auditReservations([{ id: "r", lines }])).toEqual([
      { kind: "reservation_differs", subject, productId: "b", expected: 0n, actual: 1n },
      { kind: "reservation_differs", subject, productId: "c", expected: 5n, actual: 0n },
    ]);
  });
});
