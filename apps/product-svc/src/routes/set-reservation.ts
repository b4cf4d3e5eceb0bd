import type { ServiceImpl } from "@connectrpc/connect";
import type { InventoryService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { refusalError } from "../domain/reservation.ts";
import { toReservationMessage } from "../messages/reservation.ts";

type Handler = ServiceImpl<typeof InventoryService>["setReservation"];

export function setReservation({ reserver }: Context): Handler {
  return async ({ reservationId, generation, items }, context) => {
    // A refusal is committed, so that it is thrown only after the transaction.
    const wish = { id: reservationId.toLowerCase(), generation, items };
    const { reservation, refusal } = await reserver.reserve(wish, callOf(context).deadline);
    if (refusal !== undefined) throw refusalError(refusal);
    return { reservation: toReservationMessage(reservation) };
  };
}
