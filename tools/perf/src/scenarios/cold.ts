import { ProductService } from "@skyport/proto";
import type { TestRedis } from "@skyport/testing";
import type { Scenario } from "./scenario.ts";
import { someProducts } from "./spread.ts";

/** How many products one round reads, each once. */
const ROWS = 1_000;

const EVICT = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('UNLINK', key) end";

/**
 * Each product is read once, and none is cached: before each round Redis loses them, as when it evicts. Without Redis
 * there is no way to make a service forget, and no such scenario.
 */
export function coldGet(redis: TestRedis): Scenario {
  return {
    name: "GetProduct, cold",
    service: "product",
    writes: false,
    isOnce: true,
    async calls(shop) {
      return someProducts(shop, ROWS).map((id) => ({ method: ProductService.method.getProduct, message: { id } }));
    },
    async prepare() {
      await redis.command("EVAL", EVICT, "0", "skyport:*:product:*");
    },
  };
}
