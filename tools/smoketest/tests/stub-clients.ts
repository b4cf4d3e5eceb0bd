import { clone, create, type Message } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import {
  LineItemSchema,
  type Order,
  OrderSchema,
  OrderService,
  OrderState,
  type Product,
  ProductSchema,
  ProductService,
} from "@skyport/proto";
import { type Clients, clientsOf } from "../src/clients.ts";

/** Changes an answer on its way to the client; `method` is its local name: "getOrder". */
export type Lie = (method: string, answer: Message) => void;

const TIME = { seconds: 1_800_000_000n, nanos: 1_000 };

/** Both services in memory, as far as the exercise needs them, and honest but for `lie`. */
export function stubClients(lie: Lie = () => undefined): Clients {
  const products = new Map<string, Product>();
  const orders = new Map<string, Order>();
  const productWith = (id: string): Product => {
    const product = products.get(id);
    if (product === undefined) throw new ConnectError("no such product", Code.NotFound);
    return product;
  };
  const transport = createRouterTransport(
    (router) =>
      router
        .service(ProductService, {
          createProduct({ product = create(ProductSchema) }) {
            const made = Object.assign(clone(ProductSchema, product), {
              imageUri: `/images/${product.id}.jpg`,
              etag: "first",
              createTime: create(TimestampSchema, TIME),
              updateTime: create(TimestampSchema, TIME),
            });
            products.set(made.id, made);
            return { product: made };
          },
          getProduct: ({ id }) => ({ product: productWith(id) }),
        })
        .service(OrderService, {
          createOrder({ order }) {
            const [line] = order?.lineItems ?? [];
            if (line === undefined) throw new ConnectError("no line items", Code.InvalidArgument);
            const product = productWith(line.productId);
            const inStock = (product.inStock ?? 0) - line.quantity;
            products.set(product.id, Object.assign(clone(ProductSchema, product), { inStock, etag: "second" }));
            const lineItem = Object.assign(clone(LineItemSchema, line), { title: product.title ?? "" });
            const made = create(OrderSchema, { id: "o", state: OrderState.CONFIRMED, lineItems: [lineItem] });
            if (line.unitPrice !== undefined) made.total = line.unitPrice;
            made.createTime = create(TimestampSchema, TIME);
            orders.set(made.id, made);
            return { order: made };
          },
          getOrder({ id }) {
            const order = clone(OrderSchema, orders.get(id) ?? create(OrderSchema));
            for (const line of order.lineItems) {
              line.product = productWith(line.productId);
              line.imageUri = line.product.imageUri;
            }
            return { order };
          },
        }),
    {
      transport: {
        interceptors: [
          (next) => async (request) => {
            const response = await next(request);
            if (!response.stream) lie(response.method.localName, response.message);
            return response;
          },
        ],
      },
    },
  );
  return clientsOf({ product: transport, order: transport });
}
