import { toBinary } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import { pageBinding, pageSize, paginate } from "@skyport/db";
import { ProductSchema, ProductService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { productListing } from "../domain/product-list.ts";
import { listProducts as list } from "../repositories/product-pages.ts";

type Handler = ServiceImpl<typeof ProductService>["listProducts"];

const { name } = ProductService.method.listProducts;

/** What a letter of a string takes at most, in bytes. */
const MOST_UTF8 = 3;
/** More than all fields of a product but its texts can take, in bytes, their tags included. */
const OTHER_FIELDS = 256;

export function listProducts({ database, pageTokens, toMessage }: Context): Handler {
  return async (request, context) => {
    const { deadline } = callOf(context);
    const { titlePrefix = "", inStockOnly = false } = request.filter ?? {};
    const listing = productListing(request.orderBy, titlePrefix, inStockOnly);
    const binding = pageBinding(name, listing.order, titlePrefix, inStockOnly);
    const after = request.pageToken === "" ? undefined : pageTokens.decode(binding, request.pageToken);
    const { rows, next } = await paginate({
      pageSize: pageSize(request.pageSize),
      fetch: async (limit) => {
        const placed = await database.read(deadline, (session) => list(session, listing, after, limit));
        return placed.map(({ product, cursor }) => ({ message: toMessage(product), cursor }));
      },
      cursor: (row) => row.cursor,
      bytes: (row) => toBinary(ProductSchema, row.message).length,
      mostBytes: ({ message: { id, title = "", imageUri, etag } }) =>
        OTHER_FIELDS + MOST_UTF8 * (id.length + title.length + imageUri.length + etag.length),
    });
    return {
      products: rows.map((row) => row.message),
      nextPageToken: next === undefined ? "" : pageTokens.encode(binding, next),
    };
  };
}
