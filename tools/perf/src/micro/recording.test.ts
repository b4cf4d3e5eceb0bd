import { describe, expect, test } from "@jest/globals";
import type { Execution } from "@skyport/testing";
import { asIf, transactionsOf } from "./recording.ts";

const ORDER = "01a207db-8a92-7740-ab07-e3239478e7cc";
const identity = { orderId: ORDER, productId: "p-000004321", productKey: 4321 };

const sent = (text: string, ...parameters: readonly (string | null)[]): Execution => ({ text, parameters });
const begin = [sent("begin isolation level read committed; set local statement_timeout = 0"), sent("select xid")];
const commit = [sent("commit")];
const insert = [sent("INSERT INTO orders", ORDER, null)];
const lock = [sent("SELECT FROM products", '["p-000004321"]')];

describe("an order's transactions", () => {
  test("are found among what other connections send meanwhile", () => {
    const poll = [sent("set statement_timeout = 5000"), sent("UPDATE order_intentions", "16")];
    const other = [begin, [sent("DELETE FROM changes", "1")], commit];
    expect(transactionsOf([poll, begin, insert, poll, lock, commit, ...other, poll], identity)).toEqual([
      [begin, insert, lock, commit],
    ]);
  });

  test("may begin and end together with a statement, or be one round trip", () => {
    const withBegin = [...begin, ...insert];
    const withCommit = [...lock, ...commit];
    const whole = [...begin, ...insert, ...commit];
    expect(transactionsOf([withBegin, withCommit, whole], identity)).toEqual([[withBegin, withCommit], [whole]]);
  });

  test("that cannot be told apart are refused", () => {
    expect(() => transactionsOf([begin, begin, insert, commit], identity)).toThrow("at once");
    expect(() => transactionsOf([begin, insert], identity)).toThrow("has not ended");
  });
});

test("the same statements for another order differ in its ids, and nowhere else", () => {
  const reservation = '[{"product_key":"4321","delta":-1,"reservation_id":"01a207db-8a92-7740-ab07-e3239478e7cc"}]';
  const items = '{"productId":"p-000004321","productKey": 4321,"quantity":4321}';
  const to = { orderId: "01a207db-8a92-7740-ab07-000000000001", productId: "p-000000007", productKey: 7 };
  expect(asIf([[sent("WITH $1", reservation, items, null, "43210")]], identity, to)).toEqual([
    [
      sent(
        "WITH $1",
        '[{"product_key":"7","delta":-1,"reservation_id":"01a207db-8a92-7740-ab07-000000000001"}]',
        '{"productId":"p-000000007","productKey": 7,"quantity":4321}',
        null,
        "43210",
      ),
    ],
  ]);
});
