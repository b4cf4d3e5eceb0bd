import type { NaiveLine, NaiveProduct } from "./store.ts";
import { ask, type Handler, type Json, Refused } from "./wire.ts";

const PRODUCTS = "skyport.product.v1.ProductService";
const ORDERS = "skyport.order.v1.OrderService";

/** The products that are looked at for some ids: all there are, or with `targeted` those alone. */
async function productsFor(url: string, ids: readonly string[], targeted: boolean): Promise<Map<string, NaiveProduct>> {
  if (targeted) {
    const found = await Promise.all(ids.map(async (id) => (await ask(url, "get", { id }))["product"] as NaiveProduct));
    return new Map(found.map((product) => [product.id, product]));
  }
  // The flaw: work and traffic grow with the catalogue, whatever the order holds.
  const products = (await ask(url, "list", {}))["products"] as NaiveProduct[];
  return new Map(products.map((product) => [product.id, product]));
}

/** What callers see: the same methods and messages as Skyport's, as far as the exercise's flow uses them. */
export function gatewayRole(
  productUrl: string,
  orderUrl: string,
  targeted: boolean,
): Readonly<Record<string, Handler>> {
  return {
    [`${PRODUCTS}/CreateProduct`]: ({ product }) => ask(productUrl, "create", product as Json),
    [`${PRODUCTS}/GetProduct`]: (message) => ask(productUrl, "get", message),
    async [`${ORDERS}/CreateOrder`]({ order }) {
      const wanted = (order as { lineItems: { productId: string; quantity: number }[] }).lineItems;
      const ids = wanted.map(({ productId }) => productId);
      const products = await productsFor(productUrl, ids, targeted);
      const lines = wanted.map(({ productId, quantity }): NaiveLine => {
        const product = products.get(productId);
        if (product === undefined) throw new Refused(`product ${productId} is not there`, 404);
        return { productId, quantity, price: Number(product.price.units) };
      });
      const { id } = await ask(orderUrl, "create", { lines });
      // After the order, and in no transaction with it: another flaw, which costs correctness and not speed.
      await Promise.all(lines.map((line) => ask(productUrl, "take", { id: line.productId, quantity: line.quantity })));
      return { order: { id, lineItems: lines } };
    },
    async [`${ORDERS}/GetOrder`](message) {
      const { id, lines } = await ask(orderUrl, "get", message);
      const bought = lines as NaiveLine[];
      const ids = bought.map(({ productId }) => productId);
      const products = await productsFor(productUrl, ids, targeted);
      const lineItems = bought.map((line) => ({ ...line, product: products.get(line.productId) }));
      return { order: { id, lineItems } };
    },
  };
}
