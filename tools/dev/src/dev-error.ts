/** A mishap that the user can mend: its message is one line that says how. */
export class DevError extends Error {
  override readonly name = "DevError";
}
