import { Agent, request } from "node:http";
import type { Caller } from "./caller.ts";
import { CONTENT_TYPE, type PreparedCall, type Protocol } from "./prepared-call.ts";

const OK = 200;

/** Calls over HTTP/1.1, on as many kept connections as there are calls at a time, up to `connections`. */
export function httpCaller(url: string, protocol: Exclude<Protocol, "grpc">, connections: number): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  const type = CONTENT_TYPE[protocol];
  return {
    call({ path, body }: PreparedCall): Promise<void> {
      return new Promise((resolve, reject) => {
        const headers = { "content-type": type, "content-length": body.length };
        const call = request({ hostname, port, path, method: "POST", agent, headers }, (response) => {
          response.resume();
          response.on("error", reject);
          response.on("end", () => {
            if (response.statusCode === OK) resolve();
            else reject(new Error(`status ${response.statusCode}`));
          });
        });
        call.on("error", reject);
        call.end(body);
      });
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
    },
  };
}
