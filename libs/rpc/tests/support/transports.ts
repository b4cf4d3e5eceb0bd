import type { Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";

type HttpVersion = "1.1" | "2";

/** Every way to call a server that a user may have. */
export const TRANSPORTS: readonly (readonly [string, (baseUrl: string) => Transport])[] = [
  ...(["1.1", "2"] as const).flatMap((httpVersion: HttpVersion) => [
    [
      `Connect JSON, HTTP/${httpVersion}`,
      (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion, useBinaryFormat: false }),
    ] as const,
    [
      `Connect binary, HTTP/${httpVersion}`,
      (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion }),
    ] as const,
    [
      `Connect GET, HTTP/${httpVersion}`,
      (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion, useHttpGet: true }),
    ] as const,
    [`gRPC-web, HTTP/${httpVersion}`, (baseUrl: string) => createGrpcWebTransport({ baseUrl, httpVersion })] as const,
  ]),
  ["gRPC, HTTP/2", (baseUrl: string) => createGrpcTransport({ baseUrl })],
  ["gRPC with JSON, HTTP/2", (baseUrl: string) => createGrpcTransport({ baseUrl, useBinaryFormat: false })],
];
