import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import { createLink, type Link } from "./link.ts";

/** A client that remembers what came and how it ended. */
class Client {
  readonly socket: Socket;
  received = "";
  ending: "open" | "fin" | string = "open";
  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    this.socket.on("data", (chunk) => {
      this.received += String(chunk);
    });
    this.socket.on("end", () => {
      this.ending = "fin";
    });
    this.socket.on("error", (error: NodeJS.ErrnoException) => {
      this.ending = error.code ?? error.message;
    });
  }
}

describe("createLink", () => {
  let server: Server;
  let sockets: Socket[];
  let link: Link;
  let clients: Client[];

  /** What has reached the server. */
  let arrived: string;

  const client = (): Client => {
    const made = new Client(link.port);
    clients.push(made);
    return made;
  };
  const echo = async (on: Client, word: string): Promise<void> => {
    on.socket.write(word);
    await eventually(() => on.received.endsWith(word));
  };

  beforeEach(async () => {
    sockets = [];
    clients = [];
    arrived = "";
    server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        arrived += String(chunk);
        socket.write(chunk);
      });
      socket.on("end", () => socket.end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    link = await createLink({ port: typeof address === "object" && address !== null ? address.port : 0 });
  });
  afterEach(async () => {
    for (const { socket } of clients) socket.destroy();
    await link.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test("passes bytes both ways and counts connections", async () => {
    const [a, b] = [client(), client()];
    await echo(a, "one");
    await echo(b, "two");
    expect([link.connections, link.accepted]).toEqual([2, 2]);
    a.socket.end();
    await eventually(() => link.connections === 1);
    expect(a.ending).toBe("fin");
    expect(b.ending).toBe("open");
  });

  test("carries much more than it holds, in order", async () => {
    const a = client();
    const words = Array.from({ length: 60_000 }, (_, index) => `${index};`.padStart(100, " "));
    for (const word of words) a.socket.write(word);
    const sent = words.join("");
    await eventually(() => a.received.length === sent.length, { withinMs: 20_000 });
    expect(a.received === sent).toBe(true);
  });

  test.each([
    ["rst", "ECONNRESET"],
    ["fin", "fin"],
  ] as const)("cut by %s ends each side so, and resets new connections until restore", async (mode, ending) => {
    const a = client();
    await echo(a, "one");
    link.cut(mode);
    await eventually(() => a.ending === ending);
    await eventually(() => sockets[0]?.destroyed === true || sockets[0]?.readableEnded === true);
    const b = client();
    await eventually(() => b.ending === "ECONNRESET");
    link.restore();
    await echo(client(), "two");
  });

  test("drop ends what is open and lets new connections through", async () => {
    const a = client();
    await echo(a, "one");
    link.drop();
    await eventually(() => a.ending === "ECONNRESET");
    await echo(client(), "two");
  });

  test("blackhole down: the server hears, the client does not, and nobody is told", async () => {
    const a = client();
    await echo(a, "one,");
    link.blackhole("down");
    a.socket.write("two,");
    await eventually(() => arrived === "one,two,");
    expect([a.received, a.ending]).toEqual(["one,", "open"]);
    link.restore();
    await eventually(() => a.received === "one,two,");
  });

  test("blackhole up: what the client sends does not arrive until restore, what the server sends does", async () => {
    const a = client();
    await echo(a, "one,");
    link.blackhole("up");
    a.socket.write("two,");
    sockets[0]?.write("news,");
    await eventually(() => a.received === "one,news,");
    expect(arrived).toBe("one,");
    link.restore();
    await eventually(() => arrived === "one,two,");
  });

  test("a blackhole takes the end of a stream too", async () => {
    const a = client();
    await echo(a, "one,");
    link.blackhole();
    a.socket.end("two,");
    await eventually(() => link.held === 4);
    expect([a.received, a.ending]).toEqual(["one,", "open"]);
    link.restore();
    await eventually(() => a.ending === "fin");
    expect(a.received).toBe("one,two,");
  });

  test("delay holds chunks back for at least that long and keeps their order when it shrinks", async () => {
    const a = client();
    await echo(a, "one,");
    link.delay(60, "up");
    const sent = performance.now();
    a.socket.write("two,");
    await eventually(() => link.held === 4);
    link.delay(0);
    a.socket.write("three,");
    await eventually(() => arrived === "one,two,three,");
    // Timers may fire a millisecond early.
    expect(performance.now() - sent).toBeGreaterThanOrEqual(58);
  });

  test("a server that is not there resets the client", async () => {
    await using nowhere = await createLink({ port: await freePort() });
    const lost = new Client(nowhere.port);
    await eventually(() => lost.ending === "ECONNRESET");
  });

  test("through puts the link into an address", () => {
    expect(link.through("postgres://u:p@127.0.0.1:5432/db?x=1")).toBe(`postgres://u:p@127.0.0.1:${link.port}/db?x=1`);
  });
});
