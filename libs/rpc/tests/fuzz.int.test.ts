import { connect } from "node:net";
import { expect, test } from "@jest/globals";
import { envelope } from "./support/post.ts";
import { closeOf } from "./support/raw.ts";
import { startServer } from "./support/server.ts";

const SEED = Number(process.env["SEED"] ?? Date.now() % 1_000_000);
const REQUESTS = 1_500;

/** A small generator of its own: a failure is run again by its seed. (Park and Miller, 1988.) */
function createRandom(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const GET_PRODUCT = "/skyport.product.v1.ProductService/GetProduct";
const post = (path: string, type: string, body: Buffer) =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ]);
const frame = (type: number, flags: number, stream: number, payload: Buffer) => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
};
/** HPACK literals without indexing. */
const header = (name: string, value: string) =>
  Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);

const MESSAGE = Buffer.from([10, 1, 97]);
const VALID = [
  post(GET_PRODUCT, "application/json", Buffer.from('{"id":"a"}')),
  post(GET_PRODUCT, "application/grpc-web+proto", envelope(MESSAGE)),
  post("/grpc.health.v1.Health/Watch", "application/connect+json", envelope(Buffer.from("{}"))),
  Buffer.from(`GET ${GET_PRODUCT}?connect=v1&encoding=json&message=%7B%7D HTTP/1.1\r\nHost: a\r\n\r\n`),
  Buffer.concat([
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    frame(4, 0, 0, Buffer.alloc(0)),
    frame(
      1,
      4,
      1,
      Buffer.concat([
        header(":method", "POST"),
        header(":scheme", "http"),
        header(":path", GET_PRODUCT),
        header(":authority", "a"),
        header("content-type", "application/grpc"),
      ]),
    ),
    frame(0, 1, 1, envelope(MESSAGE)),
  ]),
];

test(`damaged requests and broken connections end no process and are no fault of the service (SEED=${SEED})`, async () => {
  await using server = await startServer();
  const random = createRandom(SEED);

  function damaged(): Buffer {
    const bytes = [...(VALID[random(VALID.length)] ?? [])];
    for (let changes = random(4); changes > 0; changes--) {
      const insert = Array.from({ length: random(5) }, () => random(256));
      bytes.splice(random(bytes.length), random(5), ...insert);
    }
    return Buffer.from(bytes);
  }

  async function send(): Promise<void> {
    const bytes = damaged();
    const socket = connect(server.port, "127.0.0.1").resume();
    const closed = closeOf(socket);
    const cut = random(bytes.length + 1);
    const reset = random(2) === 0;
    socket.write(bytes.subarray(0, cut));
    socket.write(bytes.subarray(cut), () => (reset ? socket.resetAndDestroy() : socket.end(() => socket.destroy())));
    await closed;
  }

  let left = REQUESTS;
  const senders = Array.from({ length: 8 }, async () => {
    while (left-- > 0) await send();
  });
  await Promise.all(senders);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await server.server.close();
  // Some of them got as far as a call, by every protocol.
  const protocols = server.lines.map((line) => line["protocol"]);
  expect(protocols).toEqual(expect.arrayContaining(["connect", "grpc", "grpc-web"]));
  expect(server.lines.filter((line) => Number(line["level"]) >= 50)).toEqual([]);
});
