import type { ServiceImpl } from "@connectrpc/connect";
import type { InventoryService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { refusalError } from "../domain/reservation.ts";
import { toReservationMessage } from "../messages/reservation.ts";
import { reserve } from "../reserve.ts";

type Handler = ServiceImpl<typeof InventoryService>["setReservation"];

export function setReservation(dependencies: Context): Handler {
  return async ({ reservationId, generation, items }, context) => {
    // A refusal is committed, so that it is thrown only after the transaction.
    const { reservation, refusal } = await reserve(
      dependencies,
      { id: reservationId.toLowerCase(), generation, items },
      callOf(context).deadline,
    );
    if (refusal !== undefined) throw refusalError(refusal);
    return { reservation: toReservationMessage(reservation) };
  };
}
