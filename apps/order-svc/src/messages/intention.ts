import { create } from "@bufbuild/protobuf";
import { microsToTimestamp } from "@skyport/db";
import { type Intention as IntentionMessage, IntentionSchema } from "@skyport/proto";
import type { Intention } from "../domain/intention.ts";

/** The message that stands for an intention on the wire. */
export function toIntentionMessage(intention: Intention): IntentionMessage {
  const { orderId, generation, lineItems, createTime, deadline, attempts } = intention;
  return create(IntentionSchema, {
    orderId,
    generation,
    items: lineItems.map(({ productId, quantity }) => ({ productId, quantity })),
    createTime: microsToTimestamp(createTime),
    ...(deadline === undefined ? {} : { deadline: microsToTimestamp(deadline) }),
    attempts,
  });
}
