import { parseArgs } from "node:util";
import { openGrpcLoad } from "./bench/grpc-load.ts";
import { measureInTurn, table } from "./bench/rounds.ts";
import type { Case } from "./bench/subject.ts";

/*
 * What a unary gRPC call costs on the whole server, beside the same service on @grpc/grpc-js, and beside what bare
 * node:http2 needs for the same bytes.
 *
 *   node scripts/bench-grpc.ts                              about a minute
 *   node scripts/bench-grpc.ts --rounds 9 --ms 1000
 *
 * Each server has a process of its own; all of them run through, and are asked in turn by a client that makes frames of
 * HTTP/2 itself. Ratios are taken round by round to grpc-js. "grpc-js, again" is the noise.
 */

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { rounds: text, ms: text, connections: text, streams: text, match: text } });
const rounds = Number(values.rounds ?? 5);
const ms = Number(values.ms ?? 800);
const connections = Number(values.connections ?? 4);
const streams = Number(values.streams ?? 16);

const BASE = "@grpc/grpc-js";

const grpcCase = (name: string, ...server: [string, ...string[]]): Case => ({
  name,
  server,
  connect: (port) => openGrpcLoad(port, connections, streams),
});

const cases = [
  grpcCase(BASE, "grpc-server.ts", "grpc-js"),
  grpcCase("@grpc/grpc-js, again", "grpc-server.ts", "grpc-js"),
  grpcCase("shared", "server.ts", "rpc", "fast", "shared", "warn"),
  grpcCase("shared, a log line a call", "server.ts", "rpc", "fast", "shared", "info"),
  grpcCase("encoded anew", "server.ts", "rpc", "fast", "anew", "warn"),
  grpcCase("stock", "server.ts", "rpc", "stock", "shared", "warn"),
  grpcCase("bare node:http2", "grpc-server.ts", "bare"),
].filter(({ name }) => values.match === undefined || name === BASE || name.includes(values.match));

const measured = await measureInTurn(cases, { rounds, ms });
process.stdout.write(
  `Node ${process.version}, ${rounds} rounds of ${ms} ms, ${connections} connections of ${streams} streams\n\n`,
);
process.stdout.write(table(measured, () => BASE));
