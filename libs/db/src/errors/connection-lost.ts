/**
 * A connection ended while, or before, it was needed. `code` is the server's SQLSTATE when it said farewell (57P01:
 * terminated by an administrator, 25P04: transaction_timeout), else the socket's errno, else undefined.
 */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  readonly code: string | undefined;

  constructor(code: string | undefined, cause?: unknown) {
    super(code === undefined ? "the connection was lost" : `the connection was lost (${code})`, { cause });
    this.code = code;
  }
}
