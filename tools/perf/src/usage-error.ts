/** What the user has to mend: its message is one line that says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
