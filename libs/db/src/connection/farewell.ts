/** What a server says when it ends a connection. */
export interface Farewell {
  /** SQLSTATE. */
  readonly code: string;
  readonly message: string;
}

const ERROR_RESPONSE = 0x45;
const SEVERITY = 0x53;
const SHORTEST = 10;

/**
 * The ErrorResponse that ends the last bytes a server sent, or undefined. postgres.js drops it: it reports an error on
 * ReadyForQuery, which never follows a FATAL one, and ignores one that comes while no statement runs. The bytes may
 * begin in the middle of a message, so the frame is found by its length: it has to end where the bytes end.
 */
export function parseFarewell(bytes: Buffer): Farewell | undefined {
  for (let at = bytes.length - SHORTEST; at >= 0; at--) {
    if (
      bytes[at] === ERROR_RESPONSE &&
      bytes.readUInt32BE(at + 1) === bytes.length - at - 1 &&
      bytes[at + 5] === SEVERITY
    ) {
      return parseFields(bytes.subarray(at + 5));
    }
  }
  return undefined;
}

function parseFields(bytes: Buffer): Farewell | undefined {
  const fields = new Map<string, string>();
  for (const field of bytes.toString("utf8").split("\0")) fields.set(field.slice(0, 1), field.slice(1));
  const code = fields.get("C");
  return code === undefined ? undefined : { code, message: fields.get("M") ?? "" };
}

/** ReadyForQuery with status "idle": every statement is answered and no transaction is open. */
const READY_IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** The last bytes that `isReadyIdle` needs, across chunk borders. */
export function tailOf(previous: Buffer, chunk: Buffer): Buffer {
  const joined = chunk.length >= READY_IDLE.length ? chunk : Buffer.concat([previous, chunk]);
  return joined.subarray(-READY_IDLE.length);
}

/** Whether the server's last message says that the connection is idle, outside any transaction. */
export function isReadyIdle(tail: Buffer): boolean {
  return tail.equals(READY_IDLE);
}
