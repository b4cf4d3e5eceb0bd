/** What `fetch` got, with the body as text. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const PRODUCTS = "/skyport.product.v1.ProductService";

/** Posts bytes to a method as they are. */
export async function post(
  baseUrl: string,
  method: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${baseUrl}${PRODUCTS}/${method}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** `code`, reason and violated fields of a Connect error in JSON, from its readable `debug` form. */
export function connectError(reply: Reply): { code: string; message: string; reason: unknown; fields: unknown } {
  const { code, message, details = [] } = JSON.parse(reply.text);
  const debug = (type: string) => details.find((detail: { type: string }) => detail.type === type)?.debug;
  return {
    code,
    message,
    reason: debug("google.rpc.ErrorInfo")?.reason,
    fields: debug("google.rpc.BadRequest")?.fieldViolations.map(({ field }: { field: string }) => field),
  };
}

/** One gRPC (or Connect streaming) frame. */
export function envelope(data: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags, 0);
  head.writeUInt32BE(data.length, 1);
  return Buffer.concat([head, data]);
}
