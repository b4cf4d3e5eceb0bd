import type { Execution } from "./conversation.ts";

/** Runs one SQL text, always in the same session, and gives its rows, with json parsed. */
export type RunSql = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** How the database runs a statement. */
export interface ExplainedPlan {
  /** The kinds of its nodes with the indexes or tables that they use, from the outside in. */
  readonly nodes: readonly string[];
  /** Those of them that touched any block, themselves or below: a scan that is not among them is one of an empty table. */
  readonly touching: readonly string[];
  /** Blocks of 8 KiB that were touched. */
  readonly buffers: number;
  readonly ms: number;
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly "Actual Total Time": number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Prepares a statement as it was sent, and runs it with its parameters, by a generic plan or one for these values: EXPLAIN
 * (ANALYZE, BUFFERS). What the statement writes is written.
 */
export async function explainExecution(
  sql: RunSql,
  { text, parameters }: Execution,
  mode: "generic" | "custom",
): Promise<ExplainedPlan> {
  const values = parameters.map(literal).join();
  await sql(`SET plan_cache_mode = force_${mode}_plan`);
  await sql(`PREPARE probed AS ${text}`);
  try {
    const [row] = await sql(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE probed${values && `(${values})`}`);
    if (row === undefined) throw new Error("EXPLAIN told nothing");
    // EXPLAIN's own form.
    const [{ Plan: plan }] = row["QUERY PLAN"] as [{ Plan: PlanNode }];
    return {
      nodes: nodesOf(plan).map(nameOf),
      touching: nodesOf(plan)
        .filter((node) => blocksOf(node) > 0)
        .map(nameOf),
      buffers: blocksOf(plan),
      ms: plan["Actual Total Time"],
    };
  } finally {
    await sql("DEALLOCATE probed").catch(() => undefined);
  }
}

function literal(value: string | null): string {
  return value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`;
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function nameOf(node: PlanNode): string {
  return [node["Node Type"], node["Index Name"] ?? node["Relation Name"]]
    .filter((part) => part !== undefined)
    .join(" ");
}

function blocksOf(node: PlanNode): number {
  return node["Shared Hit Blocks"] + node["Shared Read Blocks"];
}
