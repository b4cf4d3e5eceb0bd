/** The etag of a revision: opaque to callers, equal exactly when the revision is. */
export function etagOf(revision: bigint): string {
  return revision.toString(36);
}

/** Whether a caller's etag is that of the revision. An empty etag asks for no comparison. */
export function etagMatches(etag: string, revision: bigint): boolean {
  return etag === "" || etag === etagOf(revision);
}
