import type { DescMessage, DescMethodUnary, JsonObject } from "@bufbuild/protobuf";
import type { Shop } from "../stage/shop.ts";

export type Method = DescMethodUnary<DescMessage, DescMessage>;

/** One message to one method. */
export interface ScenarioCall {
  readonly method: Method;
  readonly message: JsonObject;
}

/** One kind of load, which is measured by itself. */
export interface Scenario {
  /** For people; unique. */
  readonly name: string;
  readonly service: "product" | "order";
  /** Whether it changes anything. */
  readonly writes: boolean;
  /** What is sent, in turn. */
  calls(shop: Shop): Promise<readonly ScenarioCall[]>;
  /** Done before each round, such as emptying the cache. */
  readonly prepare?: (shop: Shop) => Promise<void>;
  /** A round is each of `calls` once, and not a length of time. */
  readonly isOnce?: boolean;
  /** What share of the calls may be refused, as contention on one hot row may be. Default 0. */
  readonly mayFail?: number;
}
