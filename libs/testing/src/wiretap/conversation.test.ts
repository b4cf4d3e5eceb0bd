import { describe, expect, test } from "@jest/globals";
import { Conversation, type Execution } from "./conversation.ts";
import { frames } from "./frames.ts";
import { namedTrips, statementName } from "./statement-names.ts";

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number): Buffer => Buffer.concat([int16(value >>> 16), int16(value & 65_535)]);
const text = (...values: readonly string[]): Buffer => Buffer.from(values.map((value) => `${value}\0`).join(""));

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

const startup = message("", int32(3 << 16), text("user", "me", ""));
const parse = (name: string, sql: string): Buffer => message("P", text(name, sql), int16(0));
const sync = message("S");
const query = (sql: string): Buffer => message("Q", text(sql));
const ready = message("Z", Buffer.from("I"));
const execute = Buffer.concat([message("E", text(""), int32(0)), sync]);

function bind(name: string, ...values: readonly (string | null)[]): Buffer {
  const sent = values.map((value) =>
    value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
  );
  return message("B", text("", name), int16(1), int16(0), int16(values.length), ...sent, int16(0));
}

/** What a tap hears when these bytes pass, cut into pieces of one size. */
function heard(pieces: number, ...bytes: readonly (readonly ["client" | "server", Buffer])[]): string[][] {
  const trips: (readonly Execution[])[] = [];
  const conversation = new Conversation((trip) => trips.push(trip));
  const readers = {
    client: frames(true, (type, body) => conversation.sent(type, body)),
    server: frames(false, (type) => conversation.answered(type)),
  };
  for (const [from, buffer] of bytes) {
    for (let at = 0; at < buffer.length; at += pieces) readers[from](buffer.subarray(at, at + pieces));
  }
  return trips.map((trip) => trip.map((each) => [each.text, ...each.parameters].join("|")));
}

describe.each([1, 7, 10_000])("in pieces of %d bytes", (pieces) => {
  test("what is sent before an answer is one round trip, and what comes after it the next", () => {
    const trips = heard(
      pieces,
      ["client", startup],
      ["server", ready],
      ["client", query("begin")],
      ["client", Buffer.concat([parse("one", "select $1, $2"), bind("one", "ü", null), execute])],
      ["server", ready],
      ["client", query("still waiting")],
      ["server", Buffer.concat([ready, ready])],
      ["client", Buffer.concat([bind("one", "again", ""), execute])],
    );
    expect(trips).toEqual([["begin", "select $1, $2|ü|", "still waiting"], ["select $1, $2|again|"]]);
  });
});

test("statements are named by the first pattern that fits, and left out where that says so", () => {
  const names = [[/^SELECT 1 FROM/, "one"]] as const;
  expect(statementName("SELECT 1\n  FROM t", names)).toBe("one");
  expect(statementName("SELECT 2\n  FROM t", names)).toBe("SELECT 2 FROM t");
  const trip = (...texts: readonly string[]) => texts.map((each) => ({ text: each, parameters: [] }));
  const trips = [
    trip("set statement_timeout = 8"),
    trip("begin; set local x = 1", "select pg_current_xact_id() as xid"),
    trip("set statement_timeout = 16", "SELECT 1 FROM t"),
  ];
  expect(namedTrips({ trips }, names)).toEqual(["begin + xid", "one"]);
});
