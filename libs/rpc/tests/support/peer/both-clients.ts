import { type CallOptions, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { expect } from "@jest/globals";
import { ProductService } from "@skyport/proto";
import { watchedSessions } from "../../../src/client/watched-sessions.ts";
import { createPeerTransport, peerFailure } from "../../../src/index.ts";

/** Long enough for everything that is not to reach it. */
const OPTIONS = { defaultTimeoutMs: 20_000, readMaxBytes: 60_000 };

/** What a caller sees of a call. */
export interface Seen {
  readonly answer?: unknown;
  readonly header?: unknown;
  readonly trailer?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
}

/** Makes a call, and something of a server for it. */
export type Script = (call: (baseUrl: string, options?: CallOptions, id?: string) => Promise<Seen>) => Promise<Seen>;

/** Runs a script with connect-node's gRPC client and with ours, and expects a caller to see the same. Returns that. */
export async function sameOfBoth(script: Script): Promise<Seen> {
  const theirs = await script(async (baseUrl, options, id) => {
    const sessionManager = new Http2SessionManager(baseUrl);
    const transport = createGrpcTransport({
      ...OPTIONS,
      baseUrl,
      sessionManager: watchedSessions(sessionManager),
      acceptCompression: [],
    });
    const seen = await see(transport, options, id);
    sessionManager.abort();
    return seen;
  });
  const ours = await script(ourCall);
  expect(ours).toEqual(theirs);
  return ours;
}

/** A call by our client alone. */
export async function ourCall(baseUrl: string, options?: CallOptions, id?: string): Promise<Seen> {
  await using transport = createPeerTransport({ ...OPTIONS, baseUrl });
  return await see(transport, options, id);
}

/** Makes one call of a transport. */
export async function see(transport: Transport, options?: CallOptions, id = "a"): Promise<Seen> {
  const seen: { header?: unknown; trailer?: unknown } = {};
  try {
    const answer = await createClient(ProductService, transport).getProduct(
      { id },
      {
        ...options,
        onHeader: (header) => {
          seen.header = entries(header);
        },
        onTrailer: (trailer) => {
          seen.trailer = entries(trailer);
        },
      },
    );
    return { answer, ...seen };
  } catch (error) {
    if (!(error instanceof ConnectError)) return { error: { text: String(error) } };
    const { code, rawMessage, message, details, isWireError, cause } = error;
    const { kind } = peerFailure(error);
    return {
      error: { code, rawMessage, message, details, isWireError, cause, kind, metadata: entries(error.metadata) },
    };
  }
}

/** All but the time. */
const entries = (headers: Headers) => [...headers].filter(([name]) => name !== "date");
