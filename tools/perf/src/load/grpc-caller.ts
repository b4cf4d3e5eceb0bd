import { once } from "node:events";
import { connect } from "node:http2";
import type { Caller } from "./caller.ts";
import { CONTENT_TYPE, type PreparedCall } from "./prepared-call.ts";

const TRAILERS_ONLY = "grpc-status";

/** Calls over gRPC on one HTTP/2 connection, on a stream of its own each; answers are read and not decoded. */
export async function grpcCaller(url: string): Promise<Caller> {
  const session = connect(url);
  await once(session, "connect");
  const headers = { ":method": "POST", "content-type": CONTENT_TYPE.grpc, te: "trailers" };
  return {
    call({ path, body }: PreparedCall): Promise<void> {
      return new Promise((resolve, reject) => {
        const stream = session.request({ ...headers, ":path": path });
        let status: unknown;
        // An error without a message comes in the headers.
        stream.on("response", (head) => {
          status = head[TRAILERS_ONLY];
        });
        stream.on("trailers", (trailers) => {
          status = trailers[TRAILERS_ONLY] ?? status;
        });
        stream.on("error", reject);
        stream.on("end", () => {
          // Trailers may come with the last data, or after it.
          if (status === undefined) stream.once("close", () => settle());
          else settle();
        });
        const settle = (): void => {
          if (String(status) === "0") resolve();
          else reject(new Error(`grpc-status ${String(status)}`));
        };
        stream.resume();
        stream.end(body);
      });
    },
    async [Symbol.asyncDispose]() {
      session.destroy();
    },
  };
}
