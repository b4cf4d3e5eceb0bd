import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Sending } from "./compare.ts";
import { type Conversation, hasResponses } from "./conversation.ts";
import { frameBody, UNENDED } from "./framing.ts";
import { codecOf, encodeMessage, RPCS } from "./messages.ts";
import { WORDS } from "./programs.ts";
import type { RequestCase } from "./request-case.ts";

function targetOf(target: RequestCase["target"], path: string): string {
  switch (target) {
    case "path":
      return path;
    case "query":
      return `${path}?encoding=json&message=%7B%7D&x=1`;
    case "question":
      return `${path}?`;
    case "slash":
      return `${path}/`;
    case "slashes":
      return `/${path}`;
    case "case":
      return path.toLowerCase();
    case "space":
      return `${path}%20`;
    case "absolute":
      return `http://shop.example${path}`;
    case "absoluteOdd":
      return `HTTP://:::${path}?x=1`;
    case "fragment":
      return `${path}#x`;
    case "dots":
      return `/x/..${path}`;
    case "encoded":
      return path.replace("Service", "%53ervice");
    case "nowhere":
      return `${path}s`;
  }
}

/** A request that any server answers, and that ends the connection: whether it still is answered tells of its state. */
const PROBE = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** The script that sends a case. */
export function sendCase(request: RequestCase): Sending {
  return (label) => {
    const { head, body } = encodeRequest(request, label);
    return async (conversation) => {
      const after = request.ending === "pipelined" ? PROBE : "";
      await writeAs(request.writing, conversation, Buffer.from(head, "latin1"), body, Buffer.from(after));
      if (request.ending === "half" || UNENDED.has(request.framing)) {
        conversation.socket.end();
      } else if (request.ending === "after") {
        await conversation.until((text) => hasResponses(text, 1, request.verb === "HEAD"));
        await conversation.write(PROBE);
      }
    };
  };
}

/** What a handler sees, or does, when its deadline passes hangs on which of two timers comes first; and what ends it. */
const RACING: ReadonlySet<string> = new Set(["watch", "late", "slow", ...WORDS.ends]);

/** Whether the end that a caller sends with a request comes before a slow handler's answer hangs on chance. */
const SLOW: ReadonlySet<string> = new Set(["slow", "imm"]);

/** The bytes of a case. */
export function encodeRequest(request: RequestCase, label: string): { head: string; body: Buffer } {
  const rpc = RPCS[request.rpc];
  const { overdue, requestId } = request;
  const words = overdue
    ? [...request.words.filter((word) => !RACING.has(word)), "never"]
    : request.words.filter((word) => request.ending !== "half" || !SLOW.has(word));
  const message = encodeMessage(rpc, codecOf(request.contentType), request.shape, [label, ...words].join("."));
  const { header, body } = frameBody(request.framing, compress(request, message));
  const fields: [string, string | undefined][] = [
    ["Host", request.host],
    ["Content-Type", request.contentType],
    ["Connect-Protocol-Version", request.protocolVersion],
    ["Connect-Timeout-Ms", overdue ? "20" : request.timeout],
    // An id of the server's own choice inside a compressed body could not be told from another.
    ["Accept-Encoding", requestId === "good" ? request.acceptEncoding : undefined],
    // Whether the end that a caller sends with a request comes before the inflated body hangs on chance, too.
    ["Content-Encoding", request.ending === "half" ? undefined : request.contentEncoding],
    ["X-Request-Id", requestIdOf(requestId, label)],
    ["Connection", request.ending === "close" ? "close" : undefined],
  ];
  const lines = fields.map(([name, value]) => (value === undefined ? "" : `${name}: ${value}\r\n`)).join("");
  const first = `${request.verb} ${targetOf(request.target, rpc.path)} HTTP/${request.version}\r\n`;
  return { head: `${first}${lines}${header}${request.extra}\r\n`, body };
}

/** An id finds the call's lines in the log, so that one that is taken must be the case's own. */
function requestIdOf(requestId: RequestCase["requestId"], label: string): string | undefined {
  if (requestId === "good") return `r-${label}`;
  return requestId === "long" ? `r-${label}`.padEnd(128, "x") : requestId;
}

function compress({ compressed, contentEncoding }: RequestCase, body: Buffer): Buffer {
  if (!compressed) return body;
  return contentEncoding === "br" ? brotliCompressSync(body) : gzipSync(body);
}

async function writeAs(
  writing: RequestCase["writing"],
  { write }: Conversation,
  ...parts: readonly [head: Buffer, body: Buffer, after: Buffer]
): Promise<void> {
  const all = Buffer.concat(parts);
  switch (writing) {
    case "whole":
      return write(all);
    case "headFirst":
      await write(parts[0]);
      return write(Buffer.concat(parts.slice(1)));
    case "split": {
      const middle = parts[0].length + (parts[1].length >> 1);
      await write(all.subarray(0, middle));
      return write(all.subarray(middle));
    }
    case "bytes": {
      const size = Math.ceil(all.length / 60);
      for (let at = 0; at < all.length; at += size) await write(all.subarray(at, at + size));
    }
  }
}
