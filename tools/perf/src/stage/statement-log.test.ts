import { describe, expect, test } from "@jest/globals";
import { parseLog } from "./statement-log.ts";

const LOG = `@@shop@@ LOG:  execute s1: SELECT *
\tFROM products WHERE id = $1 AND title = $2
@@shop@@ DETAIL:  Parameters: $1 = 'p-1', $2 = 'it''s, $3 = ''x'''
@@@@ LOG:  checkpoint starting: time
@@orders@@ LOG:  statement: begin isolation level read committed
@@orders@@ ERROR:  no such thing
@@orders@@ LOG:  execute <unnamed>: SELECT $1
@@orders@@ DETAIL:  Parameters: $1 = NULL
`;

describe("PostgreSQL's log", () => {
  test("tells statements with their values, and nothing else", () => {
    expect(parseLog(LOG)).toEqual([
      {
        database: "shop",
        text: "SELECT *\nFROM products WHERE id = $1 AND title = $2",
        parameters: ["'p-1'", "'it''s, $3 = ''x'''"],
      },
      { database: "orders", text: "begin isolation level read committed", parameters: [] },
      { database: "orders", text: "SELECT $1", parameters: ["NULL"] },
    ]);
  });

  test("of nothing is empty", () => {
    expect(parseLog("")).toEqual([]);
  });
});
