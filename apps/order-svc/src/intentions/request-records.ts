import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  claimRequest,
  findResponse,
  type RequestKey,
  recordResponse,
  type Session,
  type Transaction,
} from "@skyport/db";
import { CreateOrderResponseSchema, type Order as OrderMessage } from "@skyport/proto";
import type { RequestRef } from "../domain/intention.ts";

// CreateOrderResponse and UpdateOrderResponse both hold one order in field 1; what is kept is read back as either.

/** Keeps the answer to a request, in the transaction that makes it true. */
export async function recordAnswer(tx: Transaction, request: RequestRef, order: OrderMessage): Promise<void> {
  const response = toBinary(CreateOrderResponseSchema, create(CreateOrderResponseSchema, { order }));
  await recordResponse(tx, { ...keyOf(request), response });
}

/**
 * Claims a request id until the transaction ends.
 *
 * @returns the order of the first answer, if there was one
 * @throws REQUEST_ID_REUSED, REQUEST_IN_PROGRESS
 */
export async function claim(session: Session, request: RequestRef): Promise<OrderMessage | undefined> {
  const claimed = await claimRequest(session, keyOf(request));
  return claimed.kind === "replay" ? orderIn(claimed.response) : undefined;
}

/**
 * The order of the first answer, if there was one by now.
 *
 * @throws REQUEST_ID_REUSED
 */
export async function findAnswer(session: Session, request: RequestRef): Promise<OrderMessage | undefined> {
  const response = await findResponse(session, keyOf(request));
  return response && orderIn(response);
}

function keyOf(request: RequestRef): RequestKey {
  return { ...request, fingerprint: Buffer.from(request.fingerprint, "hex") };
}

function orderIn(response: Uint8Array): OrderMessage | undefined {
  return fromBinary(CreateOrderResponseSchema, response).order;
}
