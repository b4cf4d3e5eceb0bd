/** Why the audit cannot be carried out, or not to its end: its message is one line for the person who runs it. */
export class AuditError extends Error {
  override readonly name = "AuditError";
}
