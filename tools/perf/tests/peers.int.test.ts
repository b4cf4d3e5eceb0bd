import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { httpRequest } from "../src/peers/load/http-answer.ts";
import type { LoadOrder, LoadResult, Subject } from "../src/peers/load/load.ts";
import { startGenerator } from "../src/peers/measure/loaded-side.ts";
import { GRPC_PEERS, HTTP_PEERS, type Peer, subjectFor } from "../src/peers/peers.ts";
import type { Program } from "../src/peers/process/program.ts";
import { GET_PRODUCT_PATH } from "../src/peers/product.ts";
import type { ServerName } from "../src/peers/servers/servers.ts";
import { type RunningServer, startServer } from "../src/peers/servers/start-server.ts";

const PEERS: readonly Peer[] = [...HTTP_PEERS, ...GRPC_PEERS];

const programs = new AsyncDisposableStack();
const servers = new Map<ServerName, RunningServer>();
let generator: Program;

beforeAll(async () => {
  generator = programs.use(await startGenerator());
  const names = [...new Set(PEERS.map(({ server }) => server))];
  await Promise.all(names.map(async (name) => servers.set(name, programs.use(await startServer(name)))));
}, 180_000);
afterAll(async () => {
  await programs.disposeAsync();
});

function serverOf({ server: name }: Peer): RunningServer {
  const server = servers.get(name);
  if (server === undefined) throw new RangeError(`${name} was not started`);
  return server;
}

/** Sends a few requests, and no more: each connection one for each of its places. */
function ask(subject: Subject, connections = 2): Promise<LoadResult> {
  const perConnection = subject.protocol === "grpc" ? 3 : 1;
  const order: LoadOrder = { kind: "load", subject, connections, perConnection, seconds: 0 };
  return generator.ask<LoadResult>(order, "loaded");
}

// The generator compares every byte with what this project's own generated code makes of the product.
test.each(PEERS)("$name gives the product", async (peer) => {
  const server = serverOf(peer);
  const asked = peer.protocol === "grpc" ? 6 : 2;
  expect(await ask(subjectFor(peer, server.port))).toMatchObject({ answers: asked, failures: 0 });
  const { cpuMicros, rssBytes } = await server.program.usage();
  expect(cpuMicros).toBeGreaterThan(0);
  expect(rssBytes).toBeGreaterThan(1_000_000);
});

describe("a server that gives another answer", () => {
  const [json] = HTTP_PEERS;
  const [grpc] = GRPC_PEERS;
  test.each([json, grpc])("is found out: $name", async (peer) => {
    if (peer === undefined) throw new RangeError("there are no peers");
    const subject = subjectFor(peer, serverOf(peer).port);
    const answer = Buffer.from(subject.answer ?? []);
    answer.writeUInt8(answer.readUInt8(answer.length - 1) ^ 1, answer.length - 1);
    const result = await ask({ ...subject, answer });
    expect(result).toMatchObject({ answers: 0, firstFailure: expect.stringContaining("product-7") });
  });

  test("is found out by its status", async () => {
    const request = httpRequest("POST", GET_PRODUCT_PATH, "application/json", Buffer.from('{"id":"nobody"}'));
    const { port } = serverOf({ name: "stock", server: "stock-http", protocol: "json" });
    const subject: Subject = { protocol: "http", port, path: "", requests: [request], answer: Buffer.alloc(0) };
    expect(await ask(subject)).toMatchObject({ answers: 0, failures: 2, firstFailure: expect.stringMatching(/^404 /) });
  });
});

test("a server that ends tells its last words to whoever waits for it", async () => {
  const failed = startServer("raw-json", { NODE_OPTIONS: "--no-such-option" });
  await expect(failed).rejects.toThrow(/raw-json has ended .*no-such-option/s);
});
