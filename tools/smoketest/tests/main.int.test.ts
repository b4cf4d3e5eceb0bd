import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs the program as `npm run smoketest` does. */
async function smoketest(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env: { ...process.env, NODE_OPTIONS: "", ...env } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { lines: stdout.trimEnd().split("\n"), stderr, code };
}

/** A server that says it is well, and then answers every call with an empty message. */
async function startHollowServer() {
  const server = createServer((request, response) => {
    const isProbe = request.url === "/healthz" || request.url === "/readyz";
    response.writeHead(isProbe ? 200 : 500, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

describe("npm run smoketest", () => {
  test("exits with 1 when nothing listens, and says so", async () => {
    // Nothing listens on the discard port of the loopback.
    const url = "http://127.0.0.1:9";
    const { code, lines } = await smoketest({ PRODUCT_URL: url, ORDER_URL: url });
    expect(code).toBe(1);
    expect(lines).toContain("FAIL  product-svc lives (GET /healthz)");
    expect(lines.join("\n")).toMatch(/caused by Error: .*(ECONNREFUSED|bad port)/);
    expect(lines.at(-1)).toBe("0 passed, 1 failed");
  });

  test("exits with 1 at the first surprise", async () => {
    await using server = await startHollowServer();
    const { code, lines } = await smoketest({ PRODUCT_URL: server.url, ORDER_URL: server.url });
    expect(code).toBe(1);
    expect(lines.filter((line) => line.startsWith("ok "))).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith("FAIL"))).toHaveLength(1);
    expect(lines.at(-1)).toBe("4 passed, 1 failed");
  });

  test("exits with 2 and one line when an address is none", async () => {
    const { code, lines, stderr } = await smoketest({ PRODUCT_URL: "127.0.0.1:8081" });
    expect(code).toBe(2);
    expect(lines).toEqual([""]);
    expect(stderr).toBe('smoketest: PRODUCT_URL must be an http or https URL, not "127.0.0.1:8081"\n');
  });
});
