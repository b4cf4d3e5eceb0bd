import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Health, ProductService, HealthCheckResponse_ServingStatus as Status } from "@skyport/proto";
import { openRaw, statuses } from "./support/raw.ts";
import { startServer, stubProducts } from "./support/server.ts";

/** A handler that waits for `open` after it has told `entered`. */
function gated() {
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const products = {
    ...stubProducts,
    async getProduct({ id }: { id: string }) {
      entered.resolve();
      await gate.promise;
      return { product: { id } };
    },
  };
  return { products, entered: entered.promise, open: () => gate.resolve() };
}

describe("close()", () => {
  test.each(["1.1", "2"] as const)(
    "HTTP/%s: a call that runs is finished while new connections are refused",
    async (httpVersion) => {
      const { products, entered, open } = gated();
      await using server = await startServer({ graceMs: 10_000 }, products);
      const client = createClient(ProductService, createConnectTransport({ baseUrl: server.url, httpVersion }));
      const running = client.getProduct({ id: "running" });
      await entered;
      const closing = server.server.close();
      const late = await fetch(`${server.url}/healthz`).then(
        () => "answered",
        (error: Error) => error.message,
      );
      expect(late).toBe("fetch failed");
      open();
      await expect(running).resolves.toMatchObject({ product: { id: "running" } });
      await closing;
    },
  );

  test("connections without a request are closed at once, and the answer to the last request says close", async () => {
    const { products, entered, open } = gated();
    const server = await startServer({ graceMs: 10_000 }, products);
    const silent = await openRaw(server.port);
    const idle = await openRaw(server.port);
    idle.socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    await idle.until('{"status":"ok"}');
    const busy = await openRaw(server.port);
    const body = '{"id":"a"}';
    busy.socket.write(
      `POST /skyport.product.v1.ProductService/GetProduct HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await entered;
    const closing = server.server.close();
    await Promise.all([silent.closed, idle.closed]);
    open();
    await busy.closed;
    expect(statuses(busy.text())).toEqual([200]);
    expect(busy.text().toLowerCase()).toContain("connection: close");
    await closing;
  });

  test("a call that outlives the grace period is cut off, and its signal aborts", async () => {
    const entered = Promise.withResolvers<AbortSignal>();
    const server = await startServer(
      { graceMs: 50 },
      {
        ...stubProducts,
        getProduct(_, context) {
          entered.resolve(context.signal);
          return new Promise<never>(() => undefined);
        },
      },
    );
    const client = createClient(ProductService, createConnectTransport({ baseUrl: server.url, httpVersion: "2" }));
    const call = client.getProduct({ id: "a" }).then(
      () => "answered",
      () => "failed",
    );
    const signal = await entered.promise;
    await server.server.close();
    expect(signal.aborted).toBe(true);
    expect(await call).toBe("failed");
  });

  test("during the drain delay the server answers, but is not ready; then a watch ends by itself", async () => {
    await using server = await startServer({ drainDelayMs: 1_000 });
    const health = createClient(Health, createGrpcTransport({ baseUrl: server.url }));
    const seen: Status[] = [];
    const first = Promise.withResolvers<void>();
    const watching = (async () => {
      for await (const { status } of health.watch({})) {
        seen.push(status);
        first.resolve();
      }
    })();
    await first.promise;
    const closing = server.server.close();
    const [ready, alive] = await Promise.all(["readyz", "healthz"].map((path) => fetch(`${server.url}/${path}`)));
    expect([ready?.status, await ready?.json()]).toEqual([503, { status: "not ready", failing: ["draining"] }]);
    expect(alive?.status).toBe(200);
    await watching;
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
    await closing;
  });

  test("may be called again: both wait for the same end", async () => {
    const server = await startServer();
    const [first, second] = [server.server.close(), server.server.close()];
    expect(second).toBe(first);
    await first;
    await server.server[Symbol.asyncDispose]();
  });
});

test("a port in use is one line that names the port and the variable", async () => {
  await using server = await startServer();
  const second = startServer({ port: server.port, portVariable: "PRODUCT_PORT" });
  await expect(second).rejects.toMatchObject({
    name: "ConfigError",
    message: `port ${server.port} is in use: stop what uses it, or set PRODUCT_PORT to another port`,
  });
});

describe("a process", () => {
  const running = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
    running.clear();
  });

  /** Starts the program and gives back its process and its lines. */
  function start(env: Record<string, string>): {
    child: ChildProcess;
    line: (part: string) => Promise<string>;
    output: () => string;
  } {
    const program = fileURLToPath(new URL("support/program.ts", import.meta.url));
    const { NODE_OPTIONS: _, ...inherited } = process.env;
    const child = spawn(process.execPath, [program], {
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (text) => {
        lines.push(text);
        child.emit("text");
      });
    }
    return {
      child,
      output: () => lines.join("\n"),
      async line(part) {
        for (;;) {
          const found = lines.find((text) => text.includes(part));
          if (found !== undefined) return found;
          await once(child, "text");
        }
      },
    };
  }

  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s: the server, then the resources in their order, then exit code 0",
    async (signal) => {
      const { child, line, output } = start({ PORT: "0" });
      await line("listening");
      child.kill(signal);
      const [code] = await once(child, "close");
      expect(code).toBe(0);
      const order = ["closing", "cache closed", "pool closed", '"closed"'].map((part) => output().indexOf(part));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(order).not.toContain(-1);
    },
  );

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("a second signal (%s) ends it at once with %i", async (signal, expected) => {
    const { child, line } = start({ PORT: "0", STUCK: "true" });
    await line("listening");
    child.kill("SIGTERM");
    await line("closing");
    child.kill(signal);
    expect((await once(child, "close"))[0]).toBe(expected);
  });

  test("a resource that cannot be closed makes the exit code 1, and does not keep the others open", async () => {
    const { child, line, output } = start({ PORT: "0", BROKEN: "true" });
    await line("listening");
    child.kill("SIGTERM");
    expect((await once(child, "close"))[0]).toBe(1);
    expect(output()).toContain("could not be closed");
    expect(output()).toContain("pool closed");
  });

  test("bad variables are one line each on stderr, without a stack, and exit code 1", async () => {
    const { child, output } = start({ PORT: "http", STUCK: "maybe" });
    expect((await once(child, "close"))[0]).toBe(1);
    expect(output().split("\n")).toEqual([
      "PORT is not valid: it takes a port from 0 to 65535",
      "STUCK is not valid: it takes true or false",
    ]);
  });
});
