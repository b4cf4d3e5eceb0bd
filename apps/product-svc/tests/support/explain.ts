import { existing } from "./fixtures.ts";
import { quoted, type Sql } from "./sql.ts";
import type { Execution } from "./wiretap.ts";

/** How the database runs a statement. */
export interface Plan {
  /** The kinds of its nodes with the indexes that they use, from the outside in. */
  readonly nodes: readonly string[];
  /** 8 KiB pages touched. */
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

/** Prepares a statement as it was sent, and runs it with its parameters, by a generic plan or one for these values. */
export async function explain(sql: Sql, { text, parameters }: Execution, mode: "generic" | "custom"): Promise<Plan> {
  const values = parameters.map((value) => (value === null ? "NULL" : quoted(value))).join();
  await sql(`SET plan_cache_mode = force_${mode}_plan`);
  await sql(`PREPARE probed AS ${text}`);
  try {
    const [row] = await sql(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE probed${values && `(${values})`}`);
    // EXPLAIN's own form.
    const [{ Plan: plan }] = existing(row)["QUERY PLAN"] as [{ Plan: PlanNode }];
    return {
      nodes: [...nodesOf(plan)],
      buffers: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
      ms: plan["Actual Total Time"],
    };
  } finally {
    await sql("DEALLOCATE probed");
  }
}

function* nodesOf(node: PlanNode): Generator<string> {
  yield [node["Node Type"], node["Index Name"] ?? node["Relation Name"]].filter((part) => part !== undefined).join(" ");
  for (const inner of node.Plans ?? []) yield* nodesOf(inner);
}
