import type { Session } from "@skyport/db";
import { DomainError, etagMismatch, notFound } from "@skyport/errors";
import { findProducts } from "../repositories/products.ts";

/**
 * Why a write met no row: the product does not exist, or is not at the revision that the caller named.
 *
 * @param revision undefined when the caller named none: a product that is found now was created a moment ago
 */
export async function missedWrite(session: Session, id: string, revision: bigint | undefined): Promise<DomainError> {
  const [product] = await findProducts(session, [id]);
  if (product === undefined) return notFound("product", id);
  if (revision !== undefined) return etagMismatch("product", id);
  return new DomainError("CONTENTION", `product ${id} is being created`);
}
