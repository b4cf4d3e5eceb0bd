import type { Point } from "./point.ts";
import { prepare } from "./scene.ts";
import { claimed, waiter, written } from "./waits.ts";

/** So little time that the call itself cannot finish what is held, and hands it over. */
const DEADLINE_MS = 300;

/** A recovery loop has claimed the wish, and product-svc is in the middle of the transaction that moves the stock. */
export const inRecoveryBeforeCommit: Point = {
  name: "product-svc, in recovery, before the reservation commits",
  async run(scene) {
    const { shop, shelf } = scene;
    const act = await prepare(scene);
    await using hold = await shop.productData.holdProduct(shelf.id);
    act.start({ deadlineMs: DEADLINE_MS });
    await written(act);
    await claimed(act);
    const victim = await waiter(shop.productData, hold, shop);
    await victim.kill();
    return { victim, kind: act.kind };
  },
};

/** A recovery loop has claimed the wish, and is in the middle of the transaction that closes it. */
export const inRecoveryBeforeConfirmed: Point = {
  name: "order-svc, in recovery, before CONFIRMED",
  async run(scene) {
    const { shop, shelf } = scene;
    const act = await prepare(scene);
    await using reserving = await shop.productData.holdProduct(shelf.id);
    act.start({ deadlineMs: DEADLINE_MS });
    await written(act);
    const wish = await claimed(act);
    await using closing = await shop.orderData.holdWish(wish);
    await reserving[Symbol.asyncDispose]();
    const victim = await waiter(shop.orderData, closing, shop);
    await victim.kill();
    return { victim, kind: act.kind };
  },
};
