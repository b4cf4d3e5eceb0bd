import type { Versioned } from "../types.ts";

const V = 0x56;
const PIPE = 0x7c;
const NONE = "-";

/** Longest header that is looked for: `V`, two 64-bit numbers, a dot and the bar. */
const MAX_HEADER = 48;

/** A stored value: which encoding wrote it, and the row, or `row: undefined` for one that does not exist. */
export interface Opened {
  readonly schema: number;
  readonly row: Versioned<Uint8Array> | undefined;
}

/**
 * `V<schema>.<version>|<payload>`; a row that does not exist is `V<schema>.-|`. The bytes have memory of their own: a small
 * Buffer is otherwise a part of a block of 64 KB, and whoever keeps the one keeps the other.
 */
export function sealValue(schema: number, row: Versioned<Uint8Array> | undefined): Buffer {
  const header = `V${schema}.${row === undefined ? NONE : row.version}|`;
  const sealed = Buffer.allocUnsafeSlow(header.length + (row?.value.byteLength ?? 0));
  sealed.write(header, "latin1");
  if (row !== undefined) sealed.set(row.value, header.length);
  return sealed;
}

/** The parts of a stored value, its payload not copied; undefined when it is none. */
export function openValue(bytes: Uint8Array): Opened | undefined {
  if (bytes[0] !== V) return undefined;
  const bar = bytes.subarray(0, MAX_HEADER).indexOf(PIPE);
  if (bar < 0) return undefined;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bar - 1).toString("latin1");
  const match = /^(\d+)\.(-|-?\d+)$/.exec(header);
  const [, schema, version] = match ?? [];
  if (schema === undefined || version === undefined) return undefined;
  return {
    schema: Number(schema),
    row: version === NONE ? undefined : { version: BigInt(version), value: bytes.subarray(bar + 1) },
  };
}
