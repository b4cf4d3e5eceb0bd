/** The etag of a revision: opaque to callers, equal exactly when the revision is. */
export function etagOf(revision: bigint): string {
  return revision.toString(36);
}

/** Stands for a revision that no row has: what an etag of another origin is compared as. */
const NO_REVISION = -1n;

/** The revision that an etag stands for; undefined for an empty etag, which asks for no comparison. */
export function revisionOf(etag: string): bigint | undefined {
  if (etag === "") return undefined;
  if (!/^[0-9a-z]{1,12}$/.test(etag)) return NO_REVISION;
  const revision = [...etag].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return etagOf(revision) === etag ? revision : NO_REVISION;
}
