import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  type ClientSessionRequestOptions,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { closeOf } from "../raw.ts";
import type { Wire } from "./conversation.ts";

/** What came over one stream, line by line. */
export interface GrpcStream {
  readonly stream: ClientHttp2Stream;
  /** Writes a DATA frame, and gives the server its turn. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Resolves with the trailers, or when the stream has closed without. */
  readonly answered: Promise<void>;
  readonly closed: Promise<void>;
}

export interface GrpcConversation {
  readonly session: ClientHttp2Session;
  readonly open: (headers: OutgoingHttpHeaders, options?: ClientSessionRequestOptions) => GrpcStream;
}

/** A conversation over one connection of HTTP/2, with settings of its own. */
export interface GrpcScript {
  readonly options?: ClientSessionOptions;
  readonly run: (conversation: GrpcConversation) => Promise<unknown>;
}

/** How long a conversation may last, in milliseconds. */
const PATIENCE_MS = 15_000;

/** Runs a script on a new connection; tells what came on each of its streams, until these have closed. */
export async function converseGrpc(port: number, { options, run }: GrpcScript): Promise<Wire> {
  const session = connect(`http://127.0.0.1:${port}`, options);
  const gone = closeOf(session);
  const streams: { seen: string[]; closed: Promise<void> }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"open">((resolve) => {
    timer = setTimeout(() => resolve("open"), PATIENCE_MS);
  });
  const open: GrpcConversation["open"] = (headers, own = {}) => {
    const stream = session.request({ ":method": "POST", ":scheme": "http", ...headers }, { endStream: false, ...own });
    const seen: string[] = [];
    const closed = closeOf(stream);
    streams.push({ seen, closed });
    const trailers = once(stream, "trailers").catch(() => undefined);
    watch(stream, seen);
    return {
      stream,
      closed,
      answered: Promise.race([trailers, closed]).then(() => undefined),
      async write(bytes) {
        if (!stream.writable) return;
        stream.write(bytes);
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
  };
  const all = (async (): Promise<"closed"> => {
    await Promise.race([once(session, "connect").catch(() => undefined), gone]);
    await run({ session, open });
    await Promise.all(streams.map(({ closed }) => closed));
    return "closed";
  })();
  const end = await Promise.race([all, late]);
  clearTimeout(timer);
  session.destroy();
  return { text: streams.map(({ seen }) => seen.join("\n")).join("\n--\n"), end };
}

/** Notes what comes: DATA as one piece, since where it is cut is not the server's to decide. */
function watch(stream: ClientHttp2Stream, seen: string[]): void {
  const data: Buffer[] = [];
  const flush = (): void => {
    if (data.length > 0) seen.push(Buffer.concat(data.splice(0)).toString("latin1"));
  };
  stream
    .on("headers", (headers) => seen.push(`interim ${fields(headers)}`))
    .on("response", (headers) => seen.push(`headers ${fields(headers)}`))
    .on("data", (chunk: Buffer) => data.push(chunk))
    .on("trailers", (headers) => {
      flush();
      seen.push(`trailers ${fields(headers)}`);
    })
    .on("close", () => {
      flush();
      seen.push(`closed ${stream.rstCode}`);
    });
}

/** Header fields in the order in which they came. */
function fields(headers: IncomingHttpHeaders): string {
  return JSON.stringify({ ...headers, ...("date" in headers ? { date: "(now)" } : {}) });
}
