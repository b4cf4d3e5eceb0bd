import { createLink, startPostgres } from "@skyport/testing";
import { createDatabase } from "../../src/index.ts";
import { query } from "../support/database.ts";
import { beginRunner, poolRunner } from "./runners.ts";
import { SCHEMA, storm } from "./storm.ts";
import type { Report } from "./tally.ts";

// A process of its own: an uncaught error ends it, as it would end a service. Prints its report as one line of JSON.
//
//   node tests/kill/run.ts pool|begin KILLS SEED

const [kind = "pool", kills = "200", seed = "1"] = process.argv.slice(2);
const CONNECTIONS = 6;
const TRANSACTION_TIMEOUT_MS = 300;

/** Mulberry32, so that what a run does can be repeated. */
function generator(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

async function run(): Promise<Report> {
  await using server = await startPostgres();
  await using link = await createLink({ port: server.port });
  await using admin = createDatabase({ url: server.url, applicationName: "admin" });
  for (const statement of SCHEMA) await query(admin, statement);
  const runner = (kind === "begin" ? beginRunner : poolRunner)({
    url: link.through(server.url),
    connections: CONNECTIONS,
    transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
  });
  const tools = { admin, link, transactionTimeoutMs: TRANSACTION_TIMEOUT_MS, random: generator(Number(seed)) };
  const report = await storm({ runner, tools, server, kills: Number(kills), connections: CONNECTIONS });
  await runner.close();
  return report;
}

process.stdout.write(`${JSON.stringify(await run())}\n`);
// Node 24 can spin for ever at its own end over a socket of the link's that was reset while it was closing.
process.exit();
