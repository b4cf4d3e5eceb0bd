import { expect, test } from "@jest/globals";
import { Purchase } from "./purchase.ts";

test("is shared from the second change that begins until the last one ends", () => {
  const purchase = new Purchase(1, "request", []);
  purchase.begin();
  expect(purchase.isShared).toBe(false);
  purchase.begin();
  purchase.end();
  expect(purchase.isShared).toBe(true);
  purchase.end();
  expect(purchase.isShared).toBe(false);
  purchase.begin();
  expect(purchase.isShared).toBe(false);
});
