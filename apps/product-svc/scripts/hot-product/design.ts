import type { Deadline } from "@skyport/deadline";
import type { Stage } from "./stage.ts";

/** A way to reserve one piece of a product for a new order. */
export interface Design {
  readonly name: string;
  /** Makes it ready; what it gives reserves, and resolves when that is committed and may be acknowledged. */
  readonly on: (stage: Stage) => (reservationId: string, productId: string, deadline: Deadline) => Promise<void>;
}
