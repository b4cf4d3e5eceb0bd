import type { Deadline } from "@skyport/deadline";
import type { Decided, Wish } from "../../src/domain/decide.ts";
import type { Reserver } from "../../src/reserver.ts";
import type { Design } from "../hot-product/design.ts";

type Reserve = ReturnType<Design["on"]>;

const nobody: Reserve = () => Promise.reject(new Error("no design was chosen"));

/**
 * Stands for the service's reserver, and reserves by the design of the moment. The designs know nothing but one piece of one
 * product for a new order, so that repeats of a wish join its first attempt, and releases are answered without being made.
 */
export class DesignedReserver implements Pick<Reserver, "reserve"> {
  readonly #attempts = new Map<string, Promise<void>>();
  #reserve: Reserve = nobody;

  use(reserve: Reserve): void {
    this.#reserve = reserve;
    this.#attempts.clear();
  }

  async reserve({ id, generation, items }: Wish, deadline: Deadline): Promise<Decided> {
    const [item] = items;
    if (item !== undefined) await this.#once(id, item.productId, deadline);
    const held = items.map(({ productId, quantity }) => ({ productId, productKey: 0n, quantity }));
    const reservation = { id, generation, items: held, decisions: [], createTime: 0n, updateTime: 0n };
    return { reservation, refusal: undefined };
  }

  async #once(id: string, productId: string, deadline: Deadline): Promise<void> {
    const attempt = this.#attempts.get(id) ?? this.#reserve(id, productId, deadline);
    this.#attempts.set(id, attempt);
    try {
      await attempt;
    } catch (error) {
      this.#attempts.delete(id);
      throw error;
    }
  }
}
