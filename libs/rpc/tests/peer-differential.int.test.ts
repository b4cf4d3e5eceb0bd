import { createServer } from "node:http2";
import { type CallOptions, Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { createPeerTransport } from "../src/index.ts";
import { ourCall, type Script, sameOfBoth, see } from "./support/peer/both-clients.ts";
import { listening } from "./support/peer/listening.ts";
import { ODD_ANSWERS } from "./support/peer/odd-answers.ts";
import { EARLY_ANSWERS, ODD_BREAKS, reset } from "./support/peer/odd-breaks.ts";
import { answer, type Behaviour, headersOnly, startOddPeer } from "./support/peer/odd-peer.ts";
import { startRawPeer } from "./support/peer/raw-peer.ts";

// Our client of unary gRPC beside connect-node's: the same peers, and a caller sees the same of both.

/** Calls a peer that behaves so. */
const asked =
  (behave: Behaviour, options: CallOptions = {}): Script =>
  async (call) => {
    await using peer = await startOddPeer(behave);
    return await call(peer.url, options);
  };

describe("a peer that answers with", () => {
  test.each(ODD_ANSWERS)("%s", async (_, behave, code) => {
    expect((await sameOfBoth(asked(behave))).error?.["code"]).toBe(code);
  });
});

describe("a peer that sends", () => {
  test.each(ODD_BREAKS)("%s", async (_, script, code) => {
    const seen = await sameOfBoth(async (call) => {
      await using peer = await startRawPeer(script);
      return await call(peer.url);
    });
    expect(seen.error?.["code"]).toBe(code);
  });

  test.each(EARLY_ANSWERS)("before it has read the request, %s", async (_, script, code) => {
    const seen = await sameOfBoth(async (call) => {
      await using peer = await startRawPeer(script, true);
      return await call(peer.url, {}, "x".repeat(1_000_000));
    });
    expect(seen.error?.["code"]).toBe(code);
  });

  test("a reset by NO_ERROR and nothing before: Connect's client waits for its deadline, ours fails at once", async () => {
    await using peer = await startRawPeer([reset(0)]);
    expect(await ourCall(peer.url)).toMatchObject({ error: { code: Code.Internal, kind: "unreachable" } });
  });
});

describe("nobody answers", () => {
  const silent: Behaviour = () => undefined;
  const headersFirst: Behaviour = (stream) => stream.respond({ "content-type": "application/grpc" });

  test.each([
    ["at all", silent],
    ["but by headers", headersFirst],
  ])("%s: the deadline", async (_, behave) => {
    const { error } = await sameOfBoth(asked(behave, { timeoutMs: 50 }));
    expect(error).toMatchObject({ code: Code.DeadlineExceeded, kind: "timeout" });
  });

  test("on the port", async () => {
    const { url, ...server } = await listening(createServer());
    await server[Symbol.asyncDispose]();
    const { error } = await sameOfBoth((call) => call(url));
    expect(error).toMatchObject({ code: Code.Unavailable, kind: "unreachable", cause: { code: "ECONNREFUSED" } });
  });

  test("by that name", async () => {
    const { error } = await sameOfBoth((call) => call("http://nobody.invalid"));
    expect(error).toMatchObject({ code: Code.Unavailable, kind: "unreachable" });
  });
});

describe("a caller that gives up", () => {
  const reasons = [
    ["no reason", undefined],
    ["an error", new TypeError("enough")],
    ["an error of the system", Object.assign(new Error("gone"), { code: "ECONNRESET" })],
    ["an error of Connect's", new ConnectError("enough", Code.ResourceExhausted)],
    ["a timeout", new DOMException("too late", "TimeoutError")],
    ["a text", "enough"],
  ] as const;

  test.each(reasons)("before the call, for %s", async (_, reason) => {
    expect(await sameOfBoth(asked(answer(), { signal: AbortSignal.abort(reason) }))).toHaveProperty("error");
  });

  test.each(reasons)("while the peer works, for %s", async (_, reason) => {
    const seen = await sameOfBoth(async (call) => {
      const controller = new AbortController();
      await using peer = await startOddPeer(() => controller.abort(reason));
      return await call(peer.url, { signal: controller.signal });
    });
    expect(seen).toHaveProperty("error");
  });

  test("after the answer changes nothing", async () => {
    const controller = new AbortController();
    const seen = await sameOfBoth(asked(answer(), { signal: controller.signal }));
    controller.abort();
    expect(seen).toHaveProperty("answer");
  });

  // Connect's client tells the peer CANCEL only where the caller's signal does; a deadline or an answer that it cannot
  // take is INTERNAL_ERROR there, which looks like a fault of the caller's.
  test.each<[string, Behaviour, timeoutMs?: number]>([
    ["at its deadline", () => undefined, 50],
    ["at an answer of another type", (stream) => stream.respond({ "content-type": "text/html" })],
    ["at an HTTP error", (stream) => stream.respond({ ":status": 500 })],
  ])("%s: the stream is reset by CANCEL", async (_, behave, timeoutMs = 60_000) => {
    await using peer = await startOddPeer(behave);
    // The end of a connection would close it as well.
    await using transport = createPeerTransport({ baseUrl: peer.url });
    expect(await see(transport, { timeoutMs })).toHaveProperty("error");
    expect(await peer.closed).toBe(8);
  });
});

type GivenHeaders = ConstructorParameters<typeof Headers>[0];

describe("what the peer is asked by", () => {
  const headers = (given: GivenHeaders, timeoutMs?: number) =>
    sameOfBoth(async (call) => {
      await using peer = await startOddPeer(headersOnly({ "grpc-status": 5 }));
      const options = timeoutMs === undefined ? {} : { timeoutMs };
      const seen = await call(peer.url, given === undefined ? options : { ...options, headers: given });
      const got = peer.asked.map((one) => ({ ...one, ":authority": "", host: "" }));
      return { ...seen, answer: got };
    });

  test.each<[string, GivenHeaders]>([
    ["no headers", undefined],
    ["an id", { "x-request-id": "018f3b1c" }],
    ["names in upper case and values in blanks", { "X-Request-ID": "  018f  " }],
    ["Headers", new Headers({ a: "b", "x-bin": "AAE=" })],
    [
      "pairs",
      [
        ["a", "b"],
        ["A", "c"],
      ],
    ],
    ["its own", { "user-agent": "mine", "content-type": "text/html", te: "gzip", "grpc-timeout": "1S" }],
    ["an empty value", { a: "" }],
    ["letters beyond ASCII", { a: "n\u00f6" }],
    ["a name that is none", { "a b": "c" }],
    ["a value that is none", { a: "b\nc" }],
    ["a value beyond bytes", { a: "\u{1f600}" }],
    ["a header of HTTP/1.1", { connection: "keep-alive" }],
  ])("%s", async (_, given) => {
    await headers(given);
  });

  test.each([5_000, 99_999_999])("a timeout of %i ms", async (timeoutMs) => {
    expect(await headers({}, timeoutMs)).toBeDefined();
  });

  test.each([0, -1])("a timeout of %i ms, which is none", async (timeoutMs) => {
    expect(await headers({}, timeoutMs)).toMatchObject({
      answer: [expect.not.objectContaining({ "grpc-timeout": expect.anything() })],
    });
  });
});
