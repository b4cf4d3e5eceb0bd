import { createHash } from "node:crypto";
import { type DescMessage, type DescMethodUnary, type Message, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { RequestKey } from "@skyport/db";

/** A call that may be repeated safely when it carries a request id (AIP-155). */
export interface Repeatable<M extends DescMethodUnary> {
  readonly method: M;
  readonly request: MessageShape<M["input"]> & { readonly requestId: string };
  /** Who calls; empty until authentication is on. */
  readonly principal: string;
}

/** Who asked what, under which request id, with which content; undefined without a request id. */
export function requestKey<M extends DescMethodUnary>({
  method,
  request,
  principal,
}: Repeatable<M>): RequestKey | undefined {
  if (request.requestId === "") return undefined;
  const content: Message & { requestId: string } = { ...request, requestId: "" };
  const bytes = toBinary<DescMessage>(method.input, content, { writeUnknownFields: false });
  return {
    principal,
    rpc: `${method.parent.typeName}/${method.name}`,
    requestId: request.requestId.toLowerCase(),
    fingerprint: createHash("sha256").update(bytes).digest(),
  };
}
