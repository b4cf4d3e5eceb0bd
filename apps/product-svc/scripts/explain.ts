import { statementRows } from "@skyport/testing";
import { openPlanDatabase, PLAN_ROWS } from "../tests/support/plan-database.ts";
import { probeAll } from "../tests/support/probes.ts";

// Prints how PostgreSQL runs every statement of the service: the rows of docs/statements.md, and the time that each took.
//
//   PLAN_ROWS=1000000 node scripts/explain.ts

await using database = await openPlanDatabase();
const probed = await probeAll(database.databaseUrl, database.sql, PLAN_ROWS);
const rows = statementRows(probed).map((row, index) => `${row}  ${probed[index]?.ms.toFixed(2)} ms`);
process.stdout.write(`${PLAN_ROWS.toLocaleString("en")} products\n${rows.join("\n")}\n`);
