import type { ServiceImpl } from "@connectrpc/connect";
import { notFound } from "@skyport/errors";
import type { InventoryService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { toReservationMessage } from "../messages/reservation.ts";
import { findReservation } from "../repositories/reservations.ts";

type Handler = ServiceImpl<typeof InventoryService>["getReservation"];

export function getReservation({ database }: Context): Handler {
  return async ({ reservationId }, context) => {
    const reservation = await database.read(callOf(context).deadline, (session) =>
      findReservation(session, reservationId),
    );
    if (reservation === undefined) throw notFound("reservation", reservationId);
    return { reservation: toReservationMessage(reservation) };
  };
}
