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

/** The bytes come from `RAW_BODY` (base64) where that is set, for a product of somebody else's. */
export function serveRaw(encoding: "json" | "binary"): Promise<number> {
  const given = process.env["RAW_BODY"];
  const body = given === undefined ? hotBodies(encoding).response : Buffer.from(given, "base64");
  return listenAnywhere(
    createServer(rawListener(encoding === "json" ? "application/json" : "application/proto", body)),
  );
}
