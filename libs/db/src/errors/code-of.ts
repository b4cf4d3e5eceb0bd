/** The `code` of a thrown value: an errno of the system, or a SQLSTATE. By shape, so that the realm does not matter. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
