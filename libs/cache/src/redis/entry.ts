import type { Lookup } from "../store.ts";

const V = 0x56;
const L = 0x4c;
const W = 0x57;

/** As `Lookup`; `ended`: every intent of the entry seems to have ended, so that it may be taken over. */
export type Found =
  | Exclude<Lookup, { state: "value" }>
  | { readonly state: "value"; readonly bytes: Buffer }
  | { readonly state: "ended" };

/** What the answer to `SET NX GET` means; `now` is the server's clock in milliseconds, as far as it is known. */
export function readEntry(entry: Buffer | null, now: number): Found {
  if (entry === null) return { state: "leased" };
  if (entry[0] === V) return { state: "value", bytes: entry };
  if (entry[0] === L) return { state: "filling" };
  // What is no string at all: nobody can fill it.
  if (entry.byteLength === 0) return { state: "writing" };
  if (entry[0] === W && lastDeadline(entry) > now) return { state: "writing" };
  // Also an entry of no known form, which nobody but this library should have written: the server decides.
  return { state: "ended" };
}

function lastDeadline(entry: Buffer): number {
  let last = 0;
  for (const [, digits] of entry.toString("latin1").matchAll(/=(\d+)/g)) last = Math.max(last, Number(digits));
  return last;
}
