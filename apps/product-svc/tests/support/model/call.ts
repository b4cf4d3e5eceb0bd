/** A product or a reservation of a run, by its number. */
export type Slot = number;

/** What is wanted of each product. */
export type Items = readonly { readonly product: Slot; readonly quantity: number }[];

/** A wish as it goes out. */
export interface ReserveCall {
  readonly kind: "reserve";
  readonly reservation: Slot;
  readonly generation: number;
  readonly items: Items;
}

/** One call of the service, in the terms of a run. */
export type Call =
  | ReserveCall
  | { readonly kind: "create"; readonly product: Slot; readonly inStock: number }
  | { readonly kind: "delete"; readonly product: Slot }
  | { readonly kind: "adjust"; readonly product: Slot; readonly delta: number }
  | { readonly kind: "overwrite"; readonly product: Slot; readonly inStock: number }
  | { readonly kind: "get"; readonly product: Slot }
  | { readonly kind: "look"; readonly reservation: Slot }
  | { readonly kind: "audit" };

/** Items as a text, equal exactly when they are, in whatever order. */
export function itemsText(items: Items): string {
  return items
    .map(({ product, quantity }) => `${productName(product)}*${quantity}`)
    .toSorted()
    .join(" ");
}

/** The name of a product of a run: the start of its id. */
export function productName(product: Slot): string {
  return `p${product}`;
}

/** A call as a line of a report. */
export function callText(call: Call): string {
  switch (call.kind) {
    case "reserve":
      return `reserve r${call.reservation} generation ${call.generation} [${itemsText(call.items)}]`;
    case "create":
    case "overwrite":
      return `${call.kind} ${productName(call.product)} ${call.inStock}`;
    case "adjust":
      return `adjust ${productName(call.product)} ${call.delta}`;
    case "look":
      return `look r${call.reservation}`;
    case "audit":
      return "audit";
    default:
      return `${call.kind} ${productName(call.product)}`;
  }
}
