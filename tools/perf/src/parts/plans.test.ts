import { expect, test } from "@jest/globals";
import { isRead, shortened } from "./plans.ts";

test.each([
  ["SELECT * FROM products", true],
  ["select id from orders", true],
  ["select 1", false],
  ["SELECT * FROM orders FOR UPDATE", false],
  ["SELECT key FROM products FOR NO KEY UPDATE", false],
  ["UPDATE products SET in_stock = 1", false],
  ["WITH made AS (INSERT INTO a VALUES (1)) SELECT 1", false],
  ["begin", false],
])("%s is explained: %s", (text, expected) => {
  expect(isRead({ text })).toBe(expected);
});

test("a statement is told on one line", () => {
  expect(shortened("SELECT *\n  FROM a", 20)).toBe("SELECT * FROM a");
  expect(shortened("SELECT * FROM products", 12)).toBe("SELECT * ...");
});
