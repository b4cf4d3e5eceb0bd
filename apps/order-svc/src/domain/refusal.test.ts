import { describe, expect, test } from "@jest/globals";
import { DomainError, invalidFields, notFound, outOfStock, REASONS, type Reason } from "@skyport/errors";
import { definiteRefusal, refusalError } from "./refusal.ts";

const DEFINITE: readonly Reason[] = ["OUT_OF_STOCK", "PRODUCT_NOT_FOUND", "INVALID_FIELDS", "REQUEST_ID_REUSED"];

// A record of the registry's keys.
const ALL = Object.keys(REASONS) as Reason[];

describe("whether an error decides a wish", () => {
  test.each(ALL)("%s", (reason) => {
    const record = definiteRefusal(new DomainError(reason, "told"));
    expect(record !== undefined).toBe(DEFINITE.includes(reason));
  });

  test.each([new Error("reset"), new TypeError("nothing"), "text", undefined, null, { reason: "OUT_OF_STOCK" }])(
    "%p leaves it open",
    (error) => {
      expect(definiteRefusal(error)).toBeUndefined();
    },
  );

  test("an error that the service itself can mend never does", () => {
    for (const reason of DEFINITE) {
      expect(REASONS[reason].fault).toBe("caller");
      expect(REASONS[reason].retryable).toBe(false);
    }
  });
});

/** What the database gives back of a record. */
function stored<T>(record: T): T {
  return JSON.parse(JSON.stringify(record));
}

describe("a refusal that was kept", () => {
  const errors = [
    outOfStock([
      { type: "OUT_OF_STOCK", subject: "products/odyssey", description: "3 wanted, 2 left" },
      { type: "PRODUCT_NOT_FOUND", subject: "products/nothing", description: "this product does not exist" },
    ]),
    notFound("product", "odyssey", "nothing"),
    invalidFields([{ field: "reservation_id", description: "too old" }]),
    new DomainError("REQUEST_ID_REUSED", "generation was used before", { metadata: { generation: "2" } }),
  ];

  test.each(errors.map((error) => [error.reason, error] as const))("is told again as it was: %s", (_, error) => {
    const record = definiteRefusal(error);
    expect(record).toBeDefined();
    if (record === undefined) return;
    const told = refusalError(stored(record));
    expect(told.reason).toBe(error.reason);
    expect(told.message).toBe(error.message);
    expect(told.details).toEqual(error.details);
  });

  test("keeps nothing of the error's cause", () => {
    const record = definiteRefusal(new DomainError("OUT_OF_STOCK", "none left", { cause: new Error("at 10.0.0.7") }));
    expect(JSON.stringify(record)).not.toContain("10.0.0.7");
  });

  test("becomes INTERNAL when its reason is of a version that is no more", () => {
    expect(refusalError({ reason: "SOLD_TO_THE_MOON", message: "gone", details: {} }).reason).toBe("INTERNAL");
  });
});
