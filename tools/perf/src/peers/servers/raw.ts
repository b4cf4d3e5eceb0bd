import { createServer, type RequestListener } from "node:http";
import { hotBodies } from "./hot-bodies.ts";
import { listenAnywhere } from "./listening.ts";

/** Answers with the same bytes, whatever was asked for, once it has read the body: what `node:http` itself costs. */
export function rawListener(contentType: string, body: Buffer): RequestListener {
  const headers = { "content-type": contentType, "content-length": body.byteLength };
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(200, headers);
      response.end(body);
    });
  };
}

/** The bytes are those of the product that is asked for. */
export function serveRaw(encoding: "json" | "binary"): Promise<number> {
  const { response } = hotBodies(encoding);
  const contentType = encoding === "json" ? "application/json" : "application/proto";
  return listenAnywhere(createServer(rawListener(contentType, response)));
}
