import { AuditError } from "./audit-error.ts";

/** Where a page of a list begins, and how long it is. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/**
 * All pages of a list, one at a time.
 *
 * @throws AuditError when a page leads back to itself, which would never end
 */
export async function* pages<T extends { readonly nextPageToken: string }>(
  pageSize: number,
  fetchPage: (at: PageRequest) => Promise<T>,
): AsyncGenerator<T> {
  for (let pageToken = ""; ; ) {
    const page = await fetchPage({ pageSize, pageToken });
    yield page;
    const { nextPageToken } = page;
    if (nextPageToken === "") return;
    if (nextPageToken === pageToken) throw new AuditError("a list does not go on: its page token is the one before");
    pageToken = nextPageToken;
  }
}
