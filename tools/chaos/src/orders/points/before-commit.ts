import type { ServiceName } from "../shop/member.ts";
import type { Point } from "./point.ts";
import { prepare } from "./scene.ts";
import { waiter, written } from "./waits.ts";

/** product-svc is in the middle of the transaction that moves the stock. */
export function beforeCommit(victim: ServiceName): Point {
  return {
    name: `${victim}, before the reservation commits`,
    async run(scene) {
      const { shop, order, shelf } = scene;
      const act = await prepare(scene);
      await using hold = await shop.productData.holdProduct(shelf.id);
      act.start();
      await written(act);
      const product = await waiter(shop.productData, hold, shop);
      const killed = victim === "order-svc" ? order : product;
      await killed.kill();
      return { victim: killed, kind: act.kind };
    },
  };
}
