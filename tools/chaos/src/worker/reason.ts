/** A stable word for an error: its reason (as our errors have), its code (as the system's have), or its name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "?";
  if ("reason" in error && typeof error.reason === "string") return error.reason;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.name;
}
