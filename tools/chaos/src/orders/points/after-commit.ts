import type { ServiceName } from "../shop/member.ts";
import type { Point } from "./point.ts";
import { prepare } from "./scene.ts";
import { until, waiter, written } from "./waits.ts";

/** The stock is moved, and order-svc has not heard of it. */
export function afterCommit(victim: ServiceName): Point {
  return {
    name: `${victim}, after the reservation commits`,
    async run(scene) {
      const { shop, order, shelf } = scene;
      const link = order.toProducts;
      if (link === undefined) throw new Error(`${order.name} asks nobody`);
      const act = await prepare(scene);
      await using hold = await shop.productData.holdProduct(shelf.id);
      act.start();
      const wish = await written(act);
      const product = await waiter(shop.productData, hold, shop);
      try {
        link.blackhole("down");
        await hold[Symbol.asyncDispose]();
        await until(() => shop.productData.isDecided(wish));
        await until(() => link.held > 0);
        const killed = victim === "order-svc" ? order : product;
        await killed.kill();
        // The answer is lost.
        link.drop();
        return { victim: killed, kind: act.kind };
      } finally {
        link.restore();
      }
    },
  };
}
