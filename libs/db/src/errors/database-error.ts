/** The fields of a PostgreSQL error that code may decide on. */
export interface ServerErrorFields {
  /** SQLSTATE, five characters. */
  readonly code: string;
  readonly message: string;
  readonly constraint_name?: string | undefined;
  readonly table_name?: string | undefined;
  readonly column_name?: string | undefined;
  /** The function of the server's source that raised it; the same in every language. */
  readonly routine?: string | undefined;
}

/**
 * PostgreSQL refused a statement for a reason that is neither contention nor unavailability: a violated constraint, or
 * a mistake of ours. Repositories turn the violations they expect into domain errors (`violatedConstraint`); any other
 * reaches the edge as INTERNAL. The message names the SQLSTATE only; the server's own words are in `cause`.
 */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** SQLSTATE. */
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;

  constructor(fields: ServerErrorFields) {
    super(`the database refused a statement (SQLSTATE ${fields.code})`, { cause: fields });
    this.code = fields.code;
    this.constraint = fields.constraint_name;
    this.table = fields.table_name;
    this.column = fields.column_name;
  }
}

/** Whether a thrown value is an error that the PostgreSQL server itself sent. */
export function isServerError(error: unknown): error is Error & ServerErrorFields {
  return (
    error instanceof Error &&
    "severity" in error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.length === 5
  );
}

/** SQLSTATE class 23, integrity constraint violation. */
const INTEGRITY_VIOLATION = "23";

/** The name of the constraint (or unique index) that an error is about, however deep in its causes, or undefined. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof DatabaseError && at.code.startsWith(INTEGRITY_VIOLATION)) return at.constraint;
  }
  return undefined;
}
