import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { DomainError, notFound } from "@skyport/errors";
import { ErrorInfoSchema, GetProductResponseSchema } from "@skyport/proto";
import { callOf, shareEncoded } from "../../../src/index.ts";
import { describeReason, inspect, inspectCall, spread } from "./inspect.ts";
import type { Recorder } from "./recorder.ts";

/**
 * A request tells the handler what to do, word by word: `c000012.inspect.tick.ok`. The first word is the case's label.
 * So both servers run the same handler, and what it meets is noted under the label without a look at the headers: a
 * handler that looks at nothing is a case of its own.
 */
export interface Program {
  readonly label: string;
  readonly words: readonly string[];
}

/** Where a handler notes what it met. */
export type Notes = Pick<Recorder, "note" | "expect">;

export function parseProgram(text: string): Program {
  const [label = "", ...words] = text.split(".");
  return { label, words };
}

interface Running {
  readonly program: Program;
  readonly context: HandlerContext;
  readonly note: (event: string) => void;
  readonly expect: () => () => void;
  finished: boolean;
}

/** Runs the words in order. Answers at once, not by a promise, when no word waits. `ok` makes the plain answer. */
export function runProgram(program: Program, context: HandlerContext, notes: Notes, ok: () => unknown): unknown {
  const running: Running = {
    program,
    context,
    note: (event) => notes.note(program.label, event),
    expect: notes.expect,
    finished: false,
  };
  running.note("ran");
  const go = (from: number): unknown => {
    for (let i = from; i < program.words.length; i++) {
      const word = program.words[i] ?? "";
      const waiting = WAITS[word]?.(running);
      if (waiting !== undefined) return waiting.then(() => go(i + 1));
      LOOKS[word]?.(running);
      const end = ENDS[word];
      if (end === undefined) continue;
      running.finished = true;
      return end(running, ok);
    }
    running.finished = true;
    return ok();
  };
  return go(0);
}

/** Words that look at the context, or change it. */
const LOOKS: Readonly<Record<string, (running: Running) => void>> = {
  inspect: ({ context, note }) => note(inspect(context)),
  spread: ({ context, note }) => note(spread(context)),
  call: ({ context, note }) => note(inspectCall(callOf(context))),
  sig: ({ context, note }) => note(`signal ${context.signal.aborted}`),
  watch(running) {
    const { signal } = running.context;
    signal.addEventListener("abort", () =>
      running.note(`abort, ${running.finished ? "finished" : "at work"}: ${describeReason(signal.reason)}`),
    );
  },
  late({ context, note, expect }) {
    const done = expect();
    setTimeout(() => {
      note(`late ${context.signal.aborted}: ${describeReason(context.signal.reason)}`);
      done();
    }, 30);
  },
  time: ({ context, note }) => note(`time ${typeof context.timeoutMs()}`),
  hdr({ context }) {
    context.responseHeader.set("X-Out", "a");
    context.responseHeader.append("x-out", "b");
    context.responseHeader.append("set-cookie", "a=1");
    context.responseHeader.append("set-cookie", "b=2");
  },
  trl({ context }) {
    context.responseTrailer.set("X-Trailer", "t");
    context.responseTrailer.append("x-trailer", "u");
    context.responseTrailer.append("x-data-bin", "AAEC");
  },
  ct: ({ context }) => context.responseHeader.set("content-type", "application/odd"),
  ctdel: ({ context }) => context.responseHeader.delete("content-type"),
  cl: ({ context }) => context.responseHeader.set("content-length", "3"),
  ce: ({ context }) => context.responseHeader.set("content-encoding", "odd"),
  conn: ({ context }) => context.responseHeader.set("connection", "close"),
  etag: ({ context }) => context.responseHeader.set("etag", '"7"'),
  rid: ({ context }) => context.responseHeader.set("x-request-id", "its-own"),
  riddel: ({ context }) => context.responseHeader.delete("x-request-id"),
  latin: ({ context }) => context.responseHeader.set("x-latin", "caf\u00e9"),
  trailerdate: ({ context }) => context.responseTrailer.set("date", "yesterday"),
  readonly({ context, note }) {
    context.requestHeader.set("x-changed", "1");
    note(`changed ${context.requestHeader.get("x-changed")}`);
  },
};

/** Words that take time. */
const WAITS: Readonly<Record<string, (running: Running) => Promise<unknown> | undefined>> = {
  tick: () => Promise.resolve(),
  imm: () => new Promise((resolve) => setImmediate(resolve)),
  slow: () => new Promise((resolve) => setTimeout(resolve, 5)),
  slower: () => new Promise((resolve) => setTimeout(resolve, 60)),
  hang: ({ context }) => untilAborted(context.signal, true),
  heed: ({ context }) => untilAborted(context.signal, false),
  never: () => new Promise(() => undefined),
};

function untilAborted(signal: AbortSignal, fail: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => (fail ? reject(signal.reason) : resolve());
    if (signal.aborted) done();
    else signal.addEventListener("abort", done, { once: true });
  });
}

const FROZEN = Object.freeze(
  create(GetProductResponseSchema, { product: { id: "frozen", price: { currencyCode: "EUR", units: 12n } } }),
);

const SHARED = shareEncoded(create(GetProductResponseSchema, { product: { id: "shared", title: "caf\u00e9" } }));

/** Words that end a program: an answer, or an error. */
const ENDS: Readonly<Record<string, (running: Running, ok: () => unknown) => unknown>> = {
  ok: (_, ok) => ok(),
  empty: () => ({}),
  frozen: () => FROZEN,
  shared: () => SHARED,
  made: ({ program }) => create(GetProductResponseSchema, { product: { id: program.label, title: "made" } }),
  null: () => null,
  undef: () => undefined,
  num: () => 5,
  text: () => "text",
  big: () => ({ product: { id: "big", title: "b".repeat(5_000) } }),
  large: () => ({ product: { id: "large", title: "l".repeat(60_000) } }),
  // As long as what is just not, and just, compressed.
  edge1023: () => sized(1_023),
  edge1024: () => sized(1_024),
  huge: () => ({ product: { id: "huge", title: "h".repeat(4_000_000) } }),
  wide: () => ({ product: { id: "wide", title: "\u00e9\u6f22\u{1f600}".repeat(300) } }),
  badutf: () => ({ product: { id: "badutf", title: "\ud800x" } }),
  badint: () => ({ product: { id: "badint", inStock: 1.5 } }),
  badtype: () => ({ product: { id: "badtype", title: 5 } }),
  badtime: () => ({ product: { id: "badtime", createTime: { seconds: 999_999_999_999n, nanos: 0 } } }),
  unknown: () => ({ product: { id: "unknown", more: 1 }, more: 2 }),
  // biome-ignore lint/suspicious/noThenProperty: what is awaited need not be a Promise, and both paths must see it.
  thenable: (_, ok) => Object.assign(Object.create(null), { then: (done: (value: unknown) => void) => done(ok()) }),
  missing: ({ program }) => raise(notFound("product", program.label)),
  internal: () => raise(new DomainError("INTERNAL", "SELECT secret")),
  rate: () => raise(new DomainError("RATE_LIMITED", "slowly", { retryAfterMs: 1_500 })),
  bug: () => raise(new TypeError("cannot read SELECT secret")),
  string: () => raise("a string"),
  nothing: () => raise(undefined),
  cerr: () => raise(new ConnectError("nope: caf\u00e9 100%", Code.NotFound)),
  unk: () => raise(new ConnectError("who knows", Code.Unknown)),
  meta: () =>
    raise(
      new ConnectError("with metadata", Code.Aborted, { "x-meta": "1", "content-type": "text/odd", date: "odd" }, [
        { desc: ErrorInfoSchema, value: { reason: "ODD", domain: "elsewhere", metadata: { a: "b" } } },
      ]),
    ),
  reason: () =>
    raise(
      new ConnectError("with metadata", Code.ResourceExhausted, { "x-meta": "1", "x-meta-bin": "AAEC" }, [
        { desc: ErrorInfoSchema, value: { reason: "STALE_ETAG", domain: "skyport", metadata: { a: "b" } } },
      ]),
    ),
  wire() {
    const error = new ConnectError("from a peer", Code.NotFound, { "x-peer": "1" });
    error.isWireError = true;
    raise(error);
  },
  late504: () => raise(new ConnectError("too late", Code.DeadlineExceeded)),
  gone: () => raise(new ConnectError("gone", Code.Canceled)),
  full: () => raise(new ConnectError("full", Code.ResourceExhausted)),
  invalid: () => raise(new ConnectError("invalid", Code.InvalidArgument)),
  abort: () => raise(new DOMException("This operation was aborted", "AbortError")),
  reject: () => Promise.reject(new Error("rejected")),
};

/** An answer that is so many bytes long in JSON. */
function sized(bytes: number): object {
  const around = JSON.stringify({ product: { id: "edge", title: "" } }).length;
  return { product: { id: "edge", title: "e".repeat(bytes - around) } };
}

function raise(error: unknown): never {
  throw error;
}

/** The words that a generator may use, but for `hang`, `heed` and `never`, which need a timeout. */
export const WORDS: {
  readonly looks: readonly string[];
  readonly waits: readonly string[];
  readonly ends: readonly string[];
} = {
  looks: Object.keys(LOOKS),
  waits: ["tick", "imm", "slow"],
  ends: Object.keys(ENDS).filter((word) => word !== "huge"),
};
