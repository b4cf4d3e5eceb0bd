import type { SubjectTools } from "../worker/subjects.ts";
import type { Counts } from "./counts.ts";
import type { DesignDescription } from "./description.ts";
import type { Rows } from "./rows.ts";

/** What every design is made of. */
export interface DesignTools extends SubjectTools {
  readonly description: DesignDescription;
  readonly rows: Rows;
  readonly counts: Counts;
  /** How long the ordinary designs keep a value, in milliseconds. */
  readonly ttlMs: number;
}
