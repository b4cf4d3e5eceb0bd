import {
  create,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { claimRequest, recordResponse, type Transaction } from "@skyport/db";
import { type Repeatable, requestKey } from "./request-key.ts";

/**
 * Does `body` once for each request id: a repeat gets the first answer, which commits together with what it tells. Without
 * a request id the body simply runs. The keys that the body writes must be taken before, so that the answer to a repeat,
 * too, is given only when no reader can find anything older.
 *
 * @throws REQUEST_ID_REUSED, REQUEST_IN_PROGRESS, and what the body throws; only successes are kept
 */
export async function once<M extends DescMethodUnary>(
  tx: Transaction,
  call: Repeatable<M>,
  body: () => Promise<MessageInitShape<M["output"]>>,
): Promise<MessageShape<M["output"]>> {
  const { output }: M = call.method;
  const key = requestKey(call);
  if (key === undefined) return create<M["output"]>(output, await body());
  const claim = await claimRequest(tx, key);
  if (claim.kind === "replay") return fromBinary<M["output"]>(output, claim.response);
  const response = create<M["output"]>(output, await body());
  await recordResponse(tx, { ...key, response: toBinary(output, response) });
  return response;
}
