import { create } from "@bufbuild/protobuf";
import { microsToTimestamp } from "@skyport/db";
import { type Reservation as ReservationMessage, ReservationOutcome, ReservationSchema } from "@skyport/proto";
import { decisionOn, type Reservation } from "../domain/reservation.ts";

/** The message that stands for a reservation on the wire. */
export function toReservationMessage(reservation: Reservation): ReservationMessage {
  const { id, generation, items, createTime, updateTime } = reservation;
  const refused = decisionOn(reservation, generation)?.refusal !== undefined;
  return create(ReservationSchema, {
    id,
    generation,
    outcome: refused ? ReservationOutcome.REFUSED : ReservationOutcome.ACCEPTED,
    items: items.map(({ productId, quantity }) => ({ productId, quantity })),
    createTime: microsToTimestamp(createTime),
    updateTime: microsToTimestamp(updateTime),
  });
}
