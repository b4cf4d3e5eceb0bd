import type { DescMethodUnary } from "@bufbuild/protobuf";
import { type Repeatable, requestKey } from "@skyport/service";
import type { RequestRef } from "../domain/intention.ts";

/** What an intention keeps of the request that asked for it; undefined without a request id. */
export function requestRef<M extends DescMethodUnary>(call: Repeatable<M>): RequestRef | undefined {
  const key = requestKey(call);
  return key && { ...key, fingerprint: Buffer.from(key.fingerprint).toString("hex") };
}
