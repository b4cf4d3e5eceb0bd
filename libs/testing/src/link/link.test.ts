import { EventEmitter, once } from "node:events";
import { connect, createServer, type Server, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { eventually } from "../eventually.ts";
import { freePort } from "../free-port.ts";
import type { CutMode } from "./connection.ts";
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
    await eventually(() => a.ending === "fin");
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

  test("throttle lets a message arrive in pieces, not before it can have been carried", async () => {
    const a = client();
    await echo(a, "one,");
    link.throttle(10_000, "up");
    const sent = performance.now();
    a.socket.write("x".repeat(1_000));
    await eventually(() => arrived.length > 4 && arrived.length < 1_004);
    expect(link.held).toBeGreaterThan(0);
    await eventually(() => arrived.length === 1_004);
    // The last piece of 100 bytes need not wait for itself; timers may fire a millisecond early each.
    expect(performance.now() - sent).toBeGreaterThanOrEqual(80);
    link.throttle(1);
    a.socket.write("two,three,");
    await eventually(() => arrived.endsWith("t"));
    link.restore();
    await eventually(() => a.received.endsWith("two,three,"));
    expect(() => link.throttle(0)).toThrow(RangeError);
  });

  test("half open at the client: the server is gone, and the client is told nothing until drop", async () => {
    const a = client();
    await echo(a, "one,");
    link.halfOpen();
    await eventually(() => sockets[0]?.destroyed === true);
    a.socket.write("two,");
    const b = client();
    await echo(b, "three,");
    expect([arrived, a.received, a.ending]).toEqual(["one,three,", "one,", "open"]);
    link.restore();
    await echo(b, "four,");
    expect([a.received, a.ending, link.held]).toEqual(["one,", "open", 0]);
    link.drop();
    await eventually(() => a.ending === "ECONNRESET");
  });

  test("half open at the server: the client is gone, and the server goes on sending", async () => {
    const a = client();
    await echo(a, "one,");
    link.halfOpen("server");
    await eventually(() => a.ending === "ECONNRESET");
    // More than any buffer on the way holds: it is swallowed, not kept.
    const sent = Promise.withResolvers<void>();
    sockets[0]?.write("x".repeat(20_000_000), () => sent.resolve());
    await sent.promise;
    expect([sockets[0]?.destroyed, sockets[0]?.readableEnded, link.connections]).toEqual([false, false, 1]);
    link.drop();
    await eventually(() => sockets[0]?.destroyed === true);
    await eventually(() => link.connections === 0);
  });

  test("half open at both sides: neither is told, nothing arrives, not even an end", async () => {
    const a = client();
    await echo(a, "one,");
    link.halfOpen("both");
    sockets[0]?.write("news,");
    a.socket.end("two,");
    await echo(client(), "three,");
    expect([a.received, a.ending, sockets[0]?.readableEnded, arrived]).toEqual(["one,", "open", false, "one,three,"]);
  });

  describe("pointed to another server", () => {
    let other: Server;
    beforeEach(async () => {
      other = createServer((socket) => {
        sockets.push(socket);
        socket.on("error", () => undefined);
        socket.end("other");
      }).listen(0, "127.0.0.1");
      await once(other, "listening");
    });
    afterEach(() => void other.close());

    const otherPort = (): number => {
      const address = other.address();
      return typeof address === "object" && address !== null ? address.port : 0;
    };

    test("resets what is open and brings new connections there", async () => {
      const a = client();
      await echo(a, "one");
      link.pointTo(otherPort());
      await eventually(() => a.ending === "ECONNRESET");
      const b = client();
      await eventually(() => b.received === "other");
    });

    test("leaves what is open where it is, when it is asked to", async () => {
      const a = client();
      await echo(a, "one");
      link.pointTo(otherPort(), { keepOpen: true });
      const b = client();
      await eventually(() => b.received === "other");
      await echo(a, "two");
    });
  });

  describe("dropped again and again", () => {
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    /** Past the default number of listeners Node warns of a leak, where a test that runs in Jest cannot hear it. */
    const dropOften = (mode: CutMode): void => {
      const ends = (["destroySoon", "resetAndDestroy", "destroy"] as const).map((way) =>
        jest.spyOn(Socket.prototype, way),
      );
      for (let times = 0; times < 30; times += 1) link.drop(mode);
      const ended = ends.flatMap(({ mock }) => mock.contexts).filter((each) => each instanceof Socket);
      for (const spy of ends) spy.mockRestore();
      expect(ended.length).toBeGreaterThan(0);
      const listeners = ended.flatMap((socket) => ["finish", "connect"].map((event) => socket.listenerCount(event)));
      expect(Math.max(...listeners)).toBeLessThan(EventEmitter.defaultMaxListeners);
    };

    test("a connection that cannot finish gathers no listeners", async () => {
      const a = client();
      await echo(a, "one");
      a.socket.pause();
      sockets[0]?.write("x".repeat(20_000_000));
      await eventually(() => link.held > 0);
      dropOften("fin");
      expect(link.connections).toBe(1);
      dropOften("rst");
      await eventually(() => link.connections === 0);
    });

    test("nor does one that is not yet made", async () => {
      client();
      while (link.accepted === 0) await turn();
      dropOften("rst");
      await eventually(() => link.connections === 0);
    });
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
