import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "@jest/globals";

// Calls a server that does not speak HTTP/2, ten times, in a process of its own: an error that nobody hears ends it.
const PROGRAM = `
  import { createClient } from "@connectrpc/connect";
  import { ProductService } from "@skyport/proto";
  import { createPeerTransport } from "@skyport/rpc";
  await using transport = createPeerTransport({ baseUrl: process.env.PEER });
  const client = createClient(ProductService, transport);
  let failures = 0;
  for (let i = 0; i < 10; i++) await client.getProduct({ id: "x" }, { timeoutMs: 2000 }).catch(() => { failures += 1; });
  console.log(failures);
`;

test.each([
  ["another protocol's banner", "220 mail.example ESMTP\r\n"],
  ["an HTTP/1.1 answer", "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"],
])("a peer that speaks %s fails the calls, not the process", async (_name, banner) => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(banner));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", PROGRAM], {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_OPTIONS: "", PEER: `http://127.0.0.1:${port}` },
    });
    const output = { out: "", err: "" };
    child.stdout.on("data", (text) => {
      output.out += String(text);
    });
    child.stderr.on("data", (text) => {
      output.err += String(text);
    });
    const [code] = await once(child, "close");
    expect({ code, ...output }).toEqual({ code: 0, out: "10\n", err: "" });
  } finally {
    server.close();
  }
});
