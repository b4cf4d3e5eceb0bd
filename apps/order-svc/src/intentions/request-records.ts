import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { claimRequest, recordResponse, type Transaction } from "@skyport/db";
import { CreateOrderResponseSchema, type Order as OrderMessage } from "@skyport/proto";
import type { RequestRef } from "../domain/intention.ts";

// CreateOrderResponse and UpdateOrderResponse both hold one order in field 1; what is kept is read back as either.

/** Keeps the answer to a request, in the transaction that makes it true. */
export async function recordAnswer(tx: Transaction, request: RequestRef, order: OrderMessage): Promise<void> {
  const response = toBinary(CreateOrderResponseSchema, create(CreateOrderResponseSchema, { order }));
  await recordResponse(tx, { ...request, fingerprint: Buffer.from(request.fingerprint, "hex"), response });
}

/**
 * Claims a request id until the transaction ends.
 *
 * @returns the order of the first answer, if there was one
 * @throws REQUEST_ID_REUSED, REQUEST_IN_PROGRESS
 */
export async function claim(tx: Transaction, request: RequestRef): Promise<OrderMessage | undefined> {
  const claimed = await claimRequest(tx, { ...request, fingerprint: Buffer.from(request.fingerprint, "hex") });
  return claimed.kind === "replay" ? fromBinary(CreateOrderResponseSchema, claimed.response).order : undefined;
}
