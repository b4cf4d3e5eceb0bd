import { once } from "node:events";
import { createServer, type Http2Session } from "node:http2";
import type { Socket } from "node:net";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ErrorInfoSchema, OrderService, OrderState, ProductService, RetryInfoSchema } from "@skyport/proto";

/** Both services in memory, as far as seeding needs them, on one port. */
export interface StubSystem extends AsyncDisposable {
  readonly url: string;
  readonly products: Map<string, { readonly title?: string | undefined }>;
  /** By request_id. */
  readonly orders: Map<string, { id: string; state: OrderState; readonly second: number }>;
  /** Called before each call is worked on; what it throws is the answer. */
  fault: (method: string) => void;
  /** Resets every connection. */
  breakConnections(): void;
}

export function refusal(code: Code, reason: string): ConnectError {
  return new ConnectError(reason, code, undefined, [{ desc: ErrorInfoSchema, value: { reason, domain: "skyport" } }]);
}

export function unavailable(): ConnectError {
  const retryDelay = { seconds: 0n, nanos: 1_000_000 };
  return new ConnectError("away", Code.Unavailable, undefined, [{ desc: RetryInfoSchema, value: { retryDelay } }]);
}

export async function startStub(): Promise<StubSystem> {
  const state: Pick<StubSystem, "products" | "orders" | "fault"> = {
    products: new Map(),
    orders: new Map(),
    fault: () => undefined,
  };
  const server = createServer(
    connectNodeAdapter({
      routes: (router) =>
        router.service(ProductService, productRoutes(state)).service(OrderService, orderRoutes(state)),
    }),
  );
  const sessions = new Set<Http2Session>();
  const sockets = new Set<Socket>();
  server.on("session", (session) => sessions.add(session));
  server.on("connection", (socket: Socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stub has no port");
  return Object.assign(state, {
    url: `http://127.0.0.1:${address.port}`,
    breakConnections() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  });
}

type State = Pick<StubSystem, "products" | "orders" | "fault">;

function productRoutes(state: State): Partial<ServiceImpl<typeof ProductService>> {
  return {
    listProducts: () => ({}),
    createProduct({ product }) {
      state.fault("createProduct");
      if (product === undefined) throw refusal(Code.InvalidArgument, "INVALID_FIELDS");
      if (state.products.has(product.id)) throw refusal(Code.AlreadyExists, "PRODUCT_ALREADY_EXISTS");
      state.products.set(product.id, product);
      return { product };
    },
  };
}

function orderRoutes(state: State): Partial<ServiceImpl<typeof OrderService>> {
  const message = ({ id, second }: { id: string; second: number }) => ({
    id,
    createTime: { seconds: BigInt(second), nanos: 0 },
  });
  return {
    listOrders: () => ({ orders: [...state.orders.values()].slice(-1).map(message) }),
    createOrder({ requestId }) {
      state.fault("createOrder");
      const number = state.orders.size + 1;
      const order = state.orders.get(requestId) ?? {
        id: `order-${number}`,
        state: OrderState.CONFIRMED,
        second: number,
      };
      state.orders.set(requestId, order);
      return { order: message(order) };
    },
    cancelOrder({ id }) {
      state.fault("cancelOrder");
      const order = [...state.orders.values()].find((candidate) => candidate.id === id);
      if (order === undefined) throw refusal(Code.NotFound, "ORDER_NOT_FOUND");
      order.state = OrderState.CANCELLED;
      return { order: message(order) };
    },
  };
}
