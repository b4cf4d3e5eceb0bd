import { describe, expect, test } from "@jest/globals";
import { readFacts, UnsupportedServer } from "./client.ts";

describe("readFacts", () => {
  test("takes a primary of PostgreSQL 17 or newer", () => {
    expect(readFacts({ pid: 7, version: 170000, epoch: "life" })).toEqual({ pid: 7, epoch: "life" });
  });

  test("refuses an older server in one line, and a standby", () => {
    const old = () => readFacts({ pid: 7, version: 160011, epoch: "life" });
    expect(old).toThrow(UnsupportedServer);
    expect(old).toThrow(/^PostgreSQL 17 or newer is needed \(transaction_timeout\), the server is 16$/);
    expect(() => readFacts({ pid: 7, version: 180000, epoch: null })).toThrow(
      expect.objectContaining({ name: "ConnectionLost", code: "25006" }),
    );
  });
});
