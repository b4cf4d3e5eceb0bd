import type { Point } from "./point.ts";
import { prepare } from "./scene.ts";
import { waiter, written } from "./waits.ts";

/** order-svc has heard that the stock is moved, and is in the middle of the transaction that writes it down. */
export const beforeConfirmed: Point = {
  name: "order-svc, before CONFIRMED",
  async run(scene) {
    const { shop, shelf } = scene;
    const act = await prepare(scene);
    await using reserving = await shop.productData.holdProduct(shelf.id);
    act.start();
    const wish = await written(act);
    await waiter(shop.productData, reserving, shop);
    await using closing = await shop.orderData.holdWish(wish);
    await reserving[Symbol.asyncDispose]();
    const victim = await waiter(shop.orderData, closing, shop);
    await victim.kill();
    return { victim, kind: act.kind };
  },
};
