import { toBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { formatMicros, pageBinding, pageSize, paginate } from "@skyport/db";
import { IntentionSchema, OrderService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { toIntentionMessage } from "../messages/intention.ts";
import { listOpenIntentions as list } from "../repositories/intentions.ts";

type Handler = ServiceImpl<typeof OrderService>["listOpenIntentions"];

const binding = pageBinding(OrderService.method.listOpenIntentions.name);

/** Before every intention. */
const FIRST = [0n, "00000000-0000-0000-0000-000000000000", 0n] as const;

export function listOpenIntentions({ database, pageTokens }: Context): Handler {
  return async (request, context) => {
    const { deadline } = callOf(context);
    const cursor = request.pageToken === "" ? FIRST : pageTokens.decode(binding, request.pageToken);
    const [createTime = 0n, orderId = "", generation = 0n] = cursor;
    const after = {
      createTime: formatMicros(BigInt(createTime)),
      orderId: String(orderId),
      generation: Number(generation),
    };
    const { rows, next } = await paginate({
      pageSize: pageSize(request.pageSize),
      fetch: async (limit) => {
        const found = await database.read(deadline, (session) => list(session, after, limit));
        return found.map((intention) => ({ intention, message: toIntentionMessage(intention) }));
      },
      cursor: ({ intention }) => [intention.createTime, intention.orderId, BigInt(intention.generation)],
      bytes: ({ message }) => toBinary(IntentionSchema, message).length,
    });
    return {
      intentions: rows.map((row) => row.message),
      nextPageToken: next === undefined ? "" : pageTokens.encode(binding, next),
    };
  };
}
