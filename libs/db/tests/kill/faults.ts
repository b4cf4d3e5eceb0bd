import { setTimeout as sleep } from "node:timers/promises";
import type { Link } from "@skyport/testing";
import type { Database } from "../../src/index.ts";
import { query, soon } from "../support/database.ts";

/** What a fault needs of the transaction that it hits. */
export interface Victim {
  /** The backend's process id. */
  readonly pid: number;
  execute(sql: string): Promise<unknown>;
}

/** What faults are made with. */
export interface Tools {
  readonly admin: Database;
  readonly link: Link;
  /** How long a transaction may take, ms. */
  readonly transactionTimeoutMs: number;
  random(below: number): number;
}

export type Fault = (victim: Victim, tools: Tools) => Promise<void>;

async function terminate(pid: number, { admin }: Tools): Promise<void> {
  await query(admin, `select pg_terminate_backend(${pid})`, soon());
}

/** Ends a backend a little later, whatever the transaction is doing by then. */
function terminateLater({ pid }: Victim, tools: Tools, withinMs: number): void {
  const after = tools.random(withinMs);
  void sleep(after)
    .then(() => terminate(pid, tools))
    .catch(() => undefined);
}

/** The ways in which a connection is lost, by the moment at which it is. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  /** While nothing runs, and long enough before the next statement for the loss to be noticed. */
  async idle({ pid }, tools) {
    await terminate(pid, tools);
    await sleep(tools.random(8));
  },
  /** Between two statements: the next is sent before the loss is noticed. */
  async between({ pid }, tools) {
    await terminate(pid, tools);
  },
  /** In the middle of a statement. */
  async statement(victim, tools) {
    terminateLater(victim, tools, 15);
    await victim.execute("select pg_sleep(0.03)");
  },
  /** At some moment of what follows, COMMIT included. */
  async anywhere(victim, tools) {
    terminateLater(victim, tools, 6);
  },
  /** While COMMIT runs, which a deferred trigger makes last. */
  async commit(victim, tools) {
    await victim.execute("insert into slow values (20)");
    terminateLater(victim, tools, 25);
  },
  /** Every connection at once, as when a machine on the way is gone. */
  async rst(_, tools) {
    tools.link.drop("rst");
    await sleep(tools.random(5));
  },
  /** Every connection at once, closed in order. */
  async fin(_, tools) {
    tools.link.drop("fin");
    await sleep(tools.random(5));
  },
  /** By the server's own timer. */
  async timeout(_, tools) {
    await sleep(tools.transactionTimeoutMs + tools.random(20));
  },
};
