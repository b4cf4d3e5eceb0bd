import postgres from "postgres";
import { createDatabase, type ReportedOutcome } from "../../src/index.ts";
import { raw, soon } from "../support/database.ts";

/** Runs a statement of one transaction and gives its rows. */
export type Execute = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Further ways of a transaction, where the runner has them. */
export interface Ways {
  readonly xid: bigint;
  /** Runs the last statement, with COMMIT behind it. */
  readonly last: Execute;
}

export type Tell = (outcome: ReportedOutcome) => void;

/** A way to run transactions and single statements. */
export interface Runner {
  transaction(body: (execute: Execute, ways: Ways | undefined) => Promise<void>, tell?: Tell): Promise<void>;
  read: Execute;
  close(): Promise<void>;
}

export interface RunnerOptions {
  readonly url: string;
  readonly connections: number;
  readonly transactionTimeoutMs: number;
}

/** This library. */
export function poolRunner({ url, connections, transactionTimeoutMs }: RunnerOptions): Runner {
  const database = createDatabase({
    url,
    maxConnections: connections,
    transactionTimeoutMs,
    applicationName: "tested",
  });
  return {
    transaction: (body, tell) =>
      database.transaction({ deadline: soon(), onOutcome: async (outcome) => tell?.(outcome) }, (tx) =>
        body((sql) => tx.run(raw(sql), {}), {
          xid: tx.xid,
          last: async (sql) => (await tx.last(() => [tx.run(raw(sql), {})]))[0],
        }),
      ),
    read: (sql) => database.read(soon(), (session) => session.run(raw(sql), {})),
    close: () => database.close(),
  };
}

/** postgres.js as it comes, to show that the faults bite. */
export function beginRunner({ url, connections, transactionTimeoutMs }: RunnerOptions): Runner {
  const sql = postgres(url, {
    max: connections,
    onnotice: () => undefined,
    connection: { application_name: "tested" },
  });
  return {
    transaction: async (body) => {
      await sql.begin(async (tx) => {
        await tx.unsafe(`set local transaction_timeout = ${transactionTimeoutMs}`);
        await body((text) => tx.unsafe(text), undefined);
      });
    },
    read: (text) => sql.unsafe(text),
    close: () => sql.end({ timeout: 1 }),
  };
}
