import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

const KEEP_ALIVE_MS = 600_000;

/** Any JSON object. */
export type Json = Readonly<Record<string, unknown>>;
export type Handler = (message: Json) => Promise<Json>;

/** Refused for what the caller has sent: 404, else 400. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, message: Json): void {
  const body = Buffer.from(JSON.stringify(message));
  response.writeHead(status, { "content-type": "application/json", "content-length": body.length }).end(body);
}

/** Serves methods by name: POST /name with a JSON object, answered by one. GET answers 200, as a sign of life. */
export function serve(port: number, handlers: Readonly<Record<string, Handler>>): void {
  const server = createServer(async (call, response) => {
    if (call.method === "GET") return send(response, 200, {});
    const handler = handlers[call.url?.slice(1) ?? ""];
    try {
      const message: Json = JSON.parse(await textOf(call));
      if (handler === undefined) throw new Refused(`there is no ${call.url}`, 404);
      send(response, 200, await handler(message));
    } catch (error) {
      send(response, error instanceof Refused ? error.status : 500, { message: String(error) });
    }
  });
  // Roles that have nothing to say for a while keep their connections: one that closes just as it is used would be a fault.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(port, "127.0.0.1");
}

const agent = new Agent({ keepAlive: true });

/** Calls a method of another role. @throws Refused when it does not answer 200 */
export function ask(url: string, method: string, message: Json): Promise<Json> {
  return new Promise((resolve, reject) => {
    const body = Buffer.from(JSON.stringify(message));
    const headers = { "content-type": "application/json", "content-length": body.length };
    const call = request(`${url}/${method}`, { method: "POST", agent, headers }, (response) => {
      textOf(response).then((text) => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Refused(text, response.statusCode));
      }, reject);
    });
    call.on("error", reject).end(body);
  });
}
