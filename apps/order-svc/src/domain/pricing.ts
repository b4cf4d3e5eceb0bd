import {
  type DomainError,
  type FieldViolation,
  invalidFields,
  notFound,
  outOfStock,
  resourceName,
} from "@skyport/errors";
import { isRepresentable, type Money, sum, times } from "./money.ts";
import type { LineItem } from "./order.ts";

/** A line item as a caller asks for it. */
export interface WantedLine {
  readonly productId: string;
  readonly quantity: number;
  /** The product's price when undefined. */
  readonly unitPrice: Money | undefined;
}

/** What pricing has to know of a product. */
export interface PricedProduct {
  readonly title: string;
  readonly price: Money | undefined;
  /** How many were left when it was read: for the message only, the reservation decides. */
  readonly inStock: number;
}

/**
 * Refuses line items that no order can have, whatever the products are.
 *
 * @throws INVALID_FIELDS
 */
export function checkLineItems(lines: readonly WantedLine[]): void {
  if (lines.length === 0) {
    throw invalidFields([{ field: "order.line_items", description: "at least one line item is required" }]);
  }
}

/**
 * The line items with titles and prices, as they will be stored.
 *
 * @param products the products that exist, by id
 * @param held what the order holds already, so that it is not taken for short of its own stock
 * @throws NOT_FOUND or OUT_OF_STOCK when products are missing; INVALID_FIELDS at every line without a price, in another
 *   currency than the lines before, or when the total overflows
 */
export function priceLines(
  lines: readonly WantedLine[],
  products: ReadonlyMap<string, PricedProduct>,
  held: readonly Pick<LineItem, "productId" | "quantity">[] = [],
): LineItem[] {
  const unavailable = unavailableError(lines, products, held);
  if (unavailable !== undefined) throw unavailable;
  const priced = lines.map((line) => ({ line, product: products.get(line.productId) }));
  const items = priced.map(({ line: { productId, quantity, unitPrice }, product }) => ({
    productId,
    quantity,
    unitPrice: unitPrice ?? product?.price,
    title: product?.title ?? "",
  }));
  const currency = items.find((item) => item.unitPrice !== undefined)?.unitPrice?.currencyCode;
  const violations: FieldViolation[] = [];
  const complete: LineItem[] = [];
  for (const [index, item] of items.entries()) {
    const field = `order.line_items[${index}].unit_price`;
    const { unitPrice } = item;
    if (unitPrice === undefined) {
      violations.push({ field, description: "is required, because the product has no price" });
    } else if (unitPrice.currencyCode !== currency) {
      violations.push({ field, description: `must be in ${currency}: an order has one currency` });
    } else {
      complete.push({ ...item, unitPrice });
    }
  }
  const total = totalOf(complete);
  if (total !== undefined && !isRepresentable(total)) {
    violations.push({ field: "order.line_items", description: "the total is more than 9223372036854775807 units" });
  }
  if (violations.length > 0) throw invalidFields(violations);
  return complete;
}

/** The exact sum over all line items; undefined without any. */
export function totalOf(lineItems: readonly LineItem[]): Money | undefined {
  return sum(lineItems.map(({ unitPrice, quantity }) => times(unitPrice, quantity)));
}

/** With products missing: NOT_FOUND, or OUT_OF_STOCK with both kinds when others seem to be short as well. */
function unavailableError(
  lines: readonly WantedLine[],
  products: ReadonlyMap<string, PricedProduct>,
  held: readonly Pick<LineItem, "productId" | "quantity">[],
): DomainError | undefined {
  const missing = lines.filter((line) => !products.has(line.productId));
  if (missing.length === 0) return undefined;
  const heldBy = new Map(held.map(({ productId, quantity }) => [productId, quantity]));
  const more = lines.map(({ productId, quantity }) => ({ productId, take: quantity - (heldBy.get(productId) ?? 0) }));
  const short = more.filter(({ productId, take }) => take > (products.get(productId)?.inStock ?? take));
  if (short.length === 0) return notFound("product", ...missing.map((line) => line.productId));
  return outOfStock([
    ...missing.map(({ productId }) => ({
      type: "PRODUCT_NOT_FOUND" as const,
      subject: resourceName("product", productId),
      description: "this product does not exist",
    })),
    ...short.map(({ productId, take }) => ({
      type: "OUT_OF_STOCK" as const,
      subject: resourceName("product", productId),
      description: `${take} wanted, ${products.get(productId)?.inStock ?? 0} left`,
    })),
  ]);
}
