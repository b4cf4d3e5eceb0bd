import { toBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { pageBinding, pageSize, paginate } from "@skyport/db";
import { InventoryService, ReservationSchema } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { toReservationMessage } from "../messages/reservation.ts";
import { listReservations as list } from "../repositories/reservations.ts";

type Handler = ServiceImpl<typeof InventoryService>["listReservations"];

const binding = pageBinding(InventoryService.method.listReservations.name);

export function listReservations({ database, pageTokens }: Context): Handler {
  return async (request, context) => {
    const { deadline } = callOf(context);
    const [after] = request.pageToken === "" ? [] : pageTokens.decode(binding, request.pageToken);
    const { rows, next } = await paginate({
      pageSize: pageSize(request.pageSize),
      fetch: async (limit) => {
        const found = await database.read(deadline, (session) => list(session, after?.toString(), limit));
        return found.map(toReservationMessage);
      },
      cursor: (reservation) => [reservation.id],
      bytes: (reservation) => toBinary(ReservationSchema, reservation).length,
    });
    return { reservations: [...rows], nextPageToken: next === undefined ? "" : pageTokens.encode(binding, next) };
  };
}
