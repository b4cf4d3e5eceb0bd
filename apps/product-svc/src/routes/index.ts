import type { ConnectRouter } from "@connectrpc/connect";
import { InventoryService, ProductService } from "@skyport/proto";
import type { Context } from "../context.ts";
import { adjustStock } from "./adjust-stock.ts";
import { auditStock } from "./audit-stock.ts";
import { batchGetProducts } from "./batch-get-products.ts";
import { createProduct } from "./create-product.ts";
import { deleteProduct } from "./delete-product.ts";
import { getProduct } from "./get-product.ts";
import { getReservation } from "./get-reservation.ts";
import { listProducts } from "./list-products.ts";
import { listReservations } from "./list-reservations.ts";
import { setReservation } from "./set-reservation.ts";
import { updateProduct } from "./update-product.ts";

/** Registers every RPC of the service. */
export function routes(router: ConnectRouter, context: Context): void {
  router.service(ProductService, {
    createProduct: createProduct(context),
    getProduct: getProduct(context),
    batchGetProducts: batchGetProducts(context),
    listProducts: listProducts(context),
    updateProduct: updateProduct(context),
    deleteProduct: deleteProduct(context),
  });
  router.service(InventoryService, {
    adjustStock: adjustStock(context),
    setReservation: setReservation(context),
    getReservation: getReservation(context),
    listReservations: listReservations(context),
    auditStock: auditStock(context),
  });
}
