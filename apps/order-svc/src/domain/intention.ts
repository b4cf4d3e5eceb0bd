import type { LineItem } from "./order.ts";
import type { RefusalRecord } from "./refusal.ts";

/**
 * `create`: the order's first wish. `update`: other line items. `release`: nothing any more, after the order was
 * cancelled, deleted or given up.
 */
export type IntentionKind = "create" | "update" | "release";

/** `superseded`: a later wish took its place before it was settled. */
export type IntentionState = "open" | "done" | "refused" | "superseded";

/** A request with a request id. */
export interface RequestRef {
  readonly principal: string;
  /** The method's full name. */
  readonly rpc: string;
  readonly requestId: string;
  /** Stands for the request's content, in hexadecimal. */
  readonly fingerprint: string;
}

/** What an order wants of the stock. Times are microseconds since the epoch. */
export interface Intention {
  readonly orderId: string;
  readonly generation: number;
  readonly kind: IntentionKind;
  readonly lineItems: readonly LineItem[];
  /** The request that asked for it; undefined without a request id. */
  readonly request: RequestRef | undefined;
  readonly state: IntentionState;
  readonly refusal: RefusalRecord | undefined;
  readonly attempts: number;
  /** Until when it is tried; undefined: until it is decided. */
  readonly deadline: bigint | undefined;
  readonly createTime: bigint;
}
