import { Agent, request } from "node:http";

/** A call that was refused, or answered by something else than the service. */
export class CallFailed extends Error {
  override readonly name = "CallFailed";
  readonly status: number;
  constructor(path: string, status: number, body: string) {
    super(`${path}: ${status} ${body.slice(0, 300)}`);
    this.status = status;
  }
}

/** One client of a Connect server: JSON over one kept connection of HTTP/1.1. It costs little beside what is measured. */
export class JsonClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  /**
   * One unary call.
   *
   * @param rpc such as "skyport.product.v1.ProductService/GetProduct"
   * @throws CallFailed when the answer is not 200
   */
  async call(url: string, rpc: string, message: unknown): Promise<Readonly<Record<string, unknown>>> {
    const path = `/${rpc}`;
    const { status, body } = await this.#post(url, path, JSON.stringify(message));
    if (status !== 200) throw new CallFailed(path, status, body);
    return JSON.parse(body);
  }

  #post(url: string, path: string, message: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(message) };
      const call = request(`${url}${path}`, { method: "POST", agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
        });
      });
      call.on("error", reject);
      call.end(message);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
