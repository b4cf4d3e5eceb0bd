import { isMessage, type Message } from "@bufbuild/protobuf";
import { DomainError, type FieldViolation } from "@skyport/errors";
import { CreateProductRequestSchema, ListProductsRequestSchema, UpdateProductRequestSchema } from "@skyport/proto";
import { newProduct } from "./domain/new-product.ts";
import { productListing } from "./domain/product-list.ts";
import { changesOf } from "./domain/update-mask.ts";
import { givenFields } from "./messages/product.ts";

/** What is wrong with a request beyond the rules of its schema, so that a caller hears of everything at once. */
export function checkMessage(message: Message): readonly FieldViolation[] {
  try {
    if (isMessage(message, CreateProductRequestSchema)) newProduct(givenFields(message.product).given);
    if (isMessage(message, UpdateProductRequestSchema)) {
      changesOf(givenFields(message.product).given, message.updateMask?.paths);
    }
    if (isMessage(message, ListProductsRequestSchema)) {
      const { titlePrefix = "", inStockOnly = false } = message.filter ?? {};
      productListing(message.orderBy, titlePrefix, inStockOnly);
    }
    return [];
  } catch (error) {
    if (error instanceof DomainError && error.details.fields !== undefined) return error.details.fields;
    throw error;
  }
}
