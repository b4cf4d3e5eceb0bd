import { describe, expect, test } from "@jest/globals";
import { type OrderEvent, type OrderState, transition } from "./order.ts";

const STATES: OrderState[] = ["pending", "confirmed", "cancelled"];
const EVENTS: OrderEvent[] = ["reserved", "refused", "given_up", "cancelled", "deleted", "changed"];

/** Every transition that there is, written down once more, by hand; all others must not exist. */
const LEGAL: Readonly<Record<string, OrderState | "removed">> = {
  "pending reserved": "confirmed",
  "pending refused": "removed",
  "pending given_up": "removed",
  "pending cancelled": "cancelled",
  "pending deleted": "removed",
  "confirmed changed": "confirmed",
  "confirmed cancelled": "cancelled",
  "confirmed deleted": "removed",
  "cancelled deleted": "removed",
};

describe.each(STATES)("an order that is %s", (state) => {
  test.each(EVENTS)("and %s", (event) => {
    expect(transition(state, event)).toBe(LEGAL[`${state} ${event}`]);
  });
});

test("an order is never pending again, and leaves cancelled only by its removal", () => {
  for (const state of STATES) {
    for (const event of EVENTS) expect(transition(state, event)).not.toBe("pending");
  }
  expect(EVENTS.map((event) => transition("cancelled", event)).filter(Boolean)).toEqual(["removed"]);
});
