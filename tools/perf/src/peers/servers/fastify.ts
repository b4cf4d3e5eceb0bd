import { fastify } from "fastify";
import { GET_PRODUCT_PATH, makePlainProducts } from "../product.ts";

const TEXT = { type: "string" };
const COUNT = { type: "integer" };

function object(properties: Readonly<Record<string, object>>): object {
  return { type: "object", properties };
}

/** The request is checked, and the answer written, by its schema. */
const SCHEMA = {
  body: {
    type: "object",
    required: ["id"],
    properties: { id: { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_.~-]{0,127}$" } },
  },
  response: {
    200: object({
      product: object({
        id: TEXT,
        title: TEXT,
        passengerCapacity: COUNT,
        maximumSpeed: COUNT,
        inStock: COUNT,
        price: object({ currencyCode: TEXT, units: TEXT, nanos: COUNT }),
        imageUri: TEXT,
        etag: TEXT,
        createTime: TEXT,
        updateTime: TEXT,
      }),
    }),
  },
};

/** fastify with a schema, without a log. */
export async function serveFastify(): Promise<number> {
  const products = makePlainProducts();
  const app = fastify();
  app.post<{ Body: { id: string } }>(GET_PRODUCT_PATH, { schema: SCHEMA }, async (request, reply) => {
    const found = products.get(request.body.id);
    return found ?? reply.code(404).send({ message: "no such product" });
  });
  return Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port);
}
