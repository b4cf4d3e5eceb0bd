import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ListProductsRequestSchema, Product } from "@skyport/proto";
import { PRODUCT_ORDERS, type ProductOrder } from "../../src/domain/product-list.ts";
import type { Clients } from "./clients.ts";
import { existing } from "./fixtures.ts";

export const ORDERS = PRODUCT_ORDERS;

/** All products of a listing, page by page. `between` runs after each page. */
export async function everyPage(
  { products }: Pick<Clients, "products">,
  request: MessageInitShape<typeof ListProductsRequestSchema>,
  between: () => Promise<unknown> = async () => undefined,
): Promise<Product[]> {
  const found: Product[] = [];
  let pageToken = "";
  do {
    const page = await products.listProducts({ ...request, pageToken });
    found.push(...page.products);
    pageToken = page.nextPageToken;
    await between();
  } while (pageToken !== "");
  return found;
}

/** A title as it is compared: each code point in lower case, where that is one code point. */
export function folded(title: string): string {
  return [...title].map(lower).join("");
}

function lower(letter: string): string {
  const small = letter.toLowerCase();
  return [...small].length === 1 ? small : letter;
}

/** Products that are given in order of creation, in another order. */
export function inOrder(order: ProductOrder, products: readonly Product[]): Product[] {
  const [field, direction] = order.split(" ");
  const sorted = products.map((product, index) => ({ product, index, key: keyOf(field, product) }));
  sorted.sort((a, b) => compare(a.key, b.key) || a.index - b.index);
  const result = sorted.map(({ product }) => product);
  return direction === "desc" ? result.reverse() : result;
}

function keyOf(field: string | undefined, product: Product): readonly (number | bigint)[] {
  if (field === "create_time") return [existing(product.createTime).seconds, product.createTime?.nanos ?? 0];
  const text = field === "title" ? folded(product.title ?? "") : product.id;
  return [...text].map((letter) => letter.codePointAt(0) ?? 0);
}

function compare(a: readonly (number | bigint)[], b: readonly (number | bigint)[]): number {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    if (y === undefined || x > y) return 1;
    if (x < y) return -1;
  }
  return a.length - b.length;
}
