import type { Interceptor } from "@connectrpc/connect";
import { DomainError } from "@skyport/errors";
import type { Step } from "../../../src/index.ts";
import type { TwinOptions } from "./twins.ts";

/** One way to set up the servers, and its share of all cases. */
export interface Variant {
  readonly name: string;
  readonly share: number;
  readonly options: TwinOptions;
}

/** A step that waits for some callers and refuses others, as one that asks a key server does. */
const authentication: Step = {
  name: "authentication",
  enter(call) {
    const header = call.header("authorization");
    if (header === undefined) return undefined;
    if (header.includes("bad")) throw new DomainError("INVALID_FIELDS", "who are you?");
    call.principal = "somebody";
    return header.includes("slow") ? new Promise((resolve) => setTimeout(resolve, 3)) : undefined;
  },
};

/** An interceptor of the application's own, which changes what it can. */
const interceptor: Interceptor = (next) => async (request) => {
  if (request.header.get("x-interceptor") !== null) throw new TypeError("an interceptor failed");
  request.header.set("x-added", "1");
  const response = await next({ ...request });
  response.header.set("x-intercepted", "yes");
  response.trailer.append("x-trailer", "intercepted");
  return response;
};

export const VARIANTS: readonly Variant[] = [
  { name: "as a service is set up", share: 0.5, options: { limits: { readMaxBytes: 10_000 } } },
  {
    name: "small limits, CORS, a step that authenticates",
    share: 0.25,
    options: {
      limits: { readMaxBytes: 10_000, writeMaxBytes: 2_000, compressMinBytes: 100, maxTimeoutMs: 5_000 },
      corsOrigins: ["https://shop.example"],
      steps: [authentication],
      checkMessage: (message) =>
        "id" in message && String(message.id).includes("etag") ? [{ field: "id", description: "must not" }] : [],
    },
  },
  {
    name: "an interceptor of the application's own",
    share: 0.15,
    options: { limits: { readMaxBytes: 10_000 }, registration: { interceptors: [interceptor] } },
  },
  {
    name: "options of a registration",
    share: 0.1,
    options: {
      registration: {
        jsonOptions: { alwaysEmitImplicit: true, useProtoFieldName: true, ignoreUnknownFields: false },
        requireConnectProtocolHeader: true,
        readMaxBytes: 500,
        writeMaxBytes: 1_000,
        compressMinBytes: 10,
        maxTimeoutMs: 7_000,
      },
    },
  },
];
