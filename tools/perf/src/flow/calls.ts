/** The steps of the exercise's flow, in their order. */
export const STEPS = ["CreateProduct", "GetProduct", "CreateOrder", "GetOrder"] as const;
export type Step = (typeof STEPS)[number];

/** One call of the flow. */
export interface FlowCall {
  readonly step: Step;
  readonly service: "product" | "order";
  readonly rpc: string;
  readonly message: object;
}

const PRODUCTS = "skyport.product.v1.ProductService";
const ORDERS = "skyport.order.v1.OrderService";

/** Makes a product. @param id one that no product has */
export function createProductCall(id: string): FlowCall {
  const product = {
    id,
    title: "A vessel of the flow",
    passengerCapacity: 101,
    maximumSpeed: 5,
    inStock: 10_000,
    price: { currencyCode: "EUR", units: "100" },
  };
  return { step: "CreateProduct", service: "product", rpc: `${PRODUCTS}/CreateProduct`, message: { product } };
}

export function getProductCall(id: string): FlowCall {
  return { step: "GetProduct", service: "product", rpc: `${PRODUCTS}/GetProduct`, message: { id } };
}

/** Orders one piece of a product. */
export function createOrderCall(productId: string): FlowCall {
  const order = { lineItems: [{ productId, quantity: 1 }] };
  return { step: "CreateOrder", service: "order", rpc: `${ORDERS}/CreateOrder`, message: { order } };
}

/** Reads an order with its products. */
export function getOrderCall(id: string): FlowCall {
  const message = { id, view: "ORDER_VIEW_FULL" };
  return { step: "GetOrder", service: "order", rpc: `${ORDERS}/GetOrder`, message };
}

/** The id in an answer that holds an order. @throws TypeError when there is none */
export function orderIdIn({ order }: Readonly<Record<string, unknown>>): string {
  const id = typeof order === "object" && order !== null && "id" in order ? order.id : undefined;
  if (typeof id !== "string") throw new TypeError("the answer holds no order");
  return id;
}
