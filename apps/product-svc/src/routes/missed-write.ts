import type { Session } from "@skyport/db";
import { type DomainError, etagMismatch, notFound } from "@skyport/errors";
import { findProducts } from "../repositories/products.ts";

/** Why a write that names a revision met no row: the product does not exist, or has another revision. */
export async function missedWrite(session: Session, id: string): Promise<DomainError> {
  const [product] = await findProducts(session, [id]);
  return product === undefined ? notFound("product", id) : etagMismatch("product", id);
}
