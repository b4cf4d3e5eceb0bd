/**
 * Every program that can be measured, each loaded only in its own process. Each starts to listen on a free port of
 * 127.0.0.1, and gives the port.
 */
export const SERVERS = {
  "raw-json": async () => (await import("./raw.ts")).serveRaw("json"),
  "raw-binary": async () => (await import("./raw.ts")).serveRaw("binary"),
  "stock-http": async () => (await import("./stock-connect.ts")).serveStockHttp(),
  "stock-grpc": async () => (await import("./stock-connect.ts")).serveStockGrpc(),
  "ours-kept": async () => (await import("./ours.ts")).serveOurs({ kept: true, level: "warn" }),
  "ours-fresh": async () => (await import("./ours.ts")).serveOurs({ kept: false, level: "warn" }),
  "ours-info": async () => (await import("./ours.ts")).serveOurs({ kept: true, level: "info" }),
  fastify: async () => (await import("./fastify.ts")).serveFastify(),
  nest: async () => (await import("./nest.ts")).serveNest(),
  trpc: async () => (await import("./trpc.ts")).serveTrpc(),
  "grpc-js": async () => (await import("./grpc-js.ts")).serveGrpcJs(),
  "bare-http2": async () => (await import("./bare-http2.ts")).serveBareHttp2(),
} satisfies Readonly<Record<string, () => Promise<number>>>;

export type ServerName = keyof typeof SERVERS;

export function isServerName(name: string): name is ServerName {
  return Object.hasOwn(SERVERS, name);
}
