import type { Execution } from "./conversation.ts";
import { type ExplainedPlan, explainExecution, type RunSql } from "./explain.ts";
import type { Wiretap } from "./wiretap.ts";

/** Runs statements of a repository on a session; it may change what it likes. */
export type Probe<S> = (session: S) => Promise<unknown>;

/** Where statements are probed. */
export interface ProbeStage<S> {
  /** In front of the database that `rolledBack` uses. */
  readonly tap: Wiretap;
  /** Past the tap, to the same database. */
  readonly sql: RunSql;
  /** Runs a probe in a transaction that is always rolled back. */
  readonly rolledBack: (probe: Probe<S>) => Promise<void>;
  /** A statement's name; undefined for those that are not looked at. */
  readonly nameOf: (text: string) => string | undefined;
}

/** How one statement runs, by a plan for its values and by one for any. */
export interface ProbedStatement {
  readonly name: string;
  /** What its plans read and sort by, from the outside in, each once; partitions of one table are one. */
  readonly parts: readonly string[];
  /** The blocks of 8 KiB that it touched, by the plan that touched more. */
  readonly blocks: number;
  /** The server's time, in milliseconds, by the slower plan. */
  readonly ms: number;
}

/** What the transaction of a probe runs beside it. */
const AROUND = new Set(["begin", "xid", "commit", "rollback"]);

/**
 * Runs the probes, and then each statement that they have run once more by itself, as EXPLAIN (ANALYZE, BUFFERS) sees it, with
 * the same values in the same state of the database. A statement that several probes run is looked at once.
 */
export async function probeStatements<S>(
  stage: ProbeStage<S>,
  probes: readonly Probe<S>[],
): Promise<readonly ProbedStatement[]> {
  const { tap, rolledBack, nameOf } = stage;
  const found = new Map<string, ProbedStatement>();
  for (const probe of probes) {
    tap.clear();
    await rolledBack(probe);
    const earlier: Execution[] = [];
    for (const execution of tap.executions) {
      const name = nameOf(execution.text);
      if (name === undefined || AROUND.has(name)) continue;
      if (!found.has(name)) found.set(name, await examined(stage, name, execution, earlier));
      earlier.push(execution);
    }
  }
  return [...found.values()];
}

/** @param earlier what the same probe ran before, on which the statement may depend */
async function examined<S>(
  { sql }: ProbeStage<S>,
  name: string,
  execution: Execution,
  earlier: readonly Execution[],
): Promise<ProbedStatement> {
  const plans: ExplainedPlan[] = [];
  for (const mode of ["generic", "custom"] as const) {
    await sql("BEGIN");
    try {
      await sql("SELECT pg_current_xact_id()");
      for (const each of earlier) await explainExecution(sql, each, mode);
      plans.push(await explainExecution(sql, execution, mode));
    } finally {
      await sql("ROLLBACK");
    }
  }
  return {
    name,
    parts: [...new Set(plans.flatMap((plan) => partsOf(plan)))],
    blocks: Math.max(...plans.map(({ buffers }) => buffers)),
    ms: Math.max(...plans.map(({ ms }) => ms)),
  };
}

/** Reads of what the statement itself has made tell nothing of the tables. */
const WITHIN = /^(CTE|Function|Subquery|Values|WorkTable) Scan|^Bitmap Index Scan/;

/** The nodes of a plan that read tables or bring rows into an order. */
function partsOf({ nodes, touching }: ExplainedPlan): string[] {
  return nodes
    .filter((node) => /Sort/.test(node) || (/Scan/.test(node) && touching.includes(node) && !WITHIN.test(node)))
    .map((node) => node.replace(/ Backward$/, "").replace(/_p\d{8,10}/, ""));
}
