import { describe, expect, test } from "@jest/globals";
import { Deadline } from "@skyport/deadline";
import { DomainError, notFound } from "@skyport/errors";
import { DrizzleQueryError } from "drizzle-orm";
import postgres from "postgres";
import { ConnectionLost } from "./connection-lost.ts";
import { DatabaseError, violatedConstraint } from "./database-error.ts";
import { isContention, translateError } from "./translate.ts";

const inTime = Deadline.after(60_000);
const late = Deadline.after(0);

function serverError(code: string, fields: Record<string, string> = {}): Error {
  const Thrown: new (fields: unknown) => Error = postgres.PostgresError as never;
  return new Thrown({ severity: "ERROR", code, message: "from the server", ...fields });
}

function reason(error: unknown, deadline: Deadline): string {
  const translated = translateError(error, deadline);
  if (translated instanceof DomainError) return translated.reason;
  return translated instanceof Error ? translated.name : String(translated);
}

describe("translateError", () => {
  test.each<[string, string, string]>([
    ["40001", "CONTENTION", "CONTENTION"],
    ["40P01", "CONTENTION", "CONTENTION"],
    ["55P03", "CONTENTION", "CONTENTION"],
    ["25P04", "CONTENTION", "DEADLINE_EXCEEDED"],
    ["57014", "DATABASE_UNAVAILABLE", "DEADLINE_EXCEEDED"],
    ["57P01", "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"],
    ["57P03", "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"],
    ["53300", "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"],
    ["08006", "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"],
    ["25P03", "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"],
    ["25006", "DATABASE_UNAVAILABLE", "DATABASE_UNAVAILABLE"],
    ["23505", "DatabaseError", "DatabaseError"],
    ["42601", "DatabaseError", "DatabaseError"],
  ])("SQLSTATE %s is %s with time left, %s without", (code, withTime, without) => {
    expect(reason(serverError(code), inTime)).toBe(withTime);
    expect(reason(serverError(code), late)).toBe(without);
    expect(reason(new DrizzleQueryError("select 1", [], serverError(code)), inTime)).toBe(withTime);
  });

  test.each([undefined, "ECONNRESET", "ECONNREFUSED", "57P01", "ETIMEDOUT"])("a connection lost by %s", (code) => {
    const translated = translateError(new ConnectionLost(code), inTime);
    expect(translated).toMatchObject({ reason: "DATABASE_UNAVAILABLE", cause: { name: "ConnectionLost", code } });
  });

  test("a connection that transaction_timeout ended is contention, or the deadline", () => {
    expect(reason(new ConnectionLost("25P04"), inTime)).toBe("CONTENTION");
    expect(reason(new ConnectionLost("25P04"), late)).toBe("DEADLINE_EXCEEDED");
  });

  test("a stale plan can be tried again", () => {
    expect(isContention(translateError(serverError("0A000", { routine: "RevalidateCachedQuery" }), inTime))).toBe(true);
    expect(reason(serverError("0A000"), inTime)).toBe("DatabaseError");
  });

  test("domain errors and strangers pass unchanged", () => {
    const known = notFound("product", "x");
    const stranger = new TypeError("a bug");
    expect(translateError(known, inTime)).toBe(known);
    expect(translateError(stranger, inTime)).toBe(stranger);
  });

  test("no message repeats the server's words or the SQL", () => {
    for (const code of ["40001", "57P01", "23505", "57014"]) {
      const error = translateError(new DrizzleQueryError("select secret", ["p"], serverError(code)), late);
      expect(String(error)).not.toMatch(/from the server|secret/);
    }
  });
});

describe("violatedConstraint", () => {
  test("names the constraint through causes, for integrity violations only", () => {
    const violation = translateError(serverError("23505", { constraint_name: "products_pkey" }), inTime);
    expect(violation).toBeInstanceOf(DatabaseError);
    expect(violatedConstraint(violation)).toBe("products_pkey");
    expect(violatedConstraint(new Error("outer", { cause: violation }))).toBe("products_pkey");
    expect(violatedConstraint(translateError(serverError("42601", { constraint_name: "x" }), inTime))).toBeUndefined();
    expect(violatedConstraint(new Error("other"))).toBeUndefined();
    expect(violatedConstraint(undefined)).toBeUndefined();
  });
});
