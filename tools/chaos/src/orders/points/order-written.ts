import type { Point } from "./point.ts";
import { prepare } from "./scene.ts";
import { until, written } from "./waits.ts";

/** The order and its wish are committed, and product-svc has not heard of it. */
export const orderWritten: Point = {
  name: "order-svc, after the order row is written",
  async run(scene) {
    const { shop, order, random } = scene;
    const link = order.toProducts;
    if (link === undefined) throw new Error(`${order.name} asks nobody`);
    const act = await prepare(scene);
    try {
      await using hold = await shop.orderData.holdWishes();
      act.start();
      // Somebody else's call that waits there would tell nothing of this one, which may still have to ask for products.
      await until(() => act.isBegun());
      // From here on it cannot be told to product-svc.
      link.blackhole("up");
      await hold[Symbol.asyncDispose]();
      await written(act);
      await until(() => link.held > 0);
      await order.kill();
      // What waits in the link is lost, or arrives after its sender's death.
      if (random.chance(0.5)) link.drop();
      return { victim: order, kind: act.kind };
    } finally {
      link.restore();
    }
  },
};
