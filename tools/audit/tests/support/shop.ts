import { type Stack, startStack } from "./stack.ts";

/** Both services, with two products and a cancelled order. */
export interface Shop extends Stack {
  /** The id of a product with 100 in stock at first. */
  readonly ship: string;
  /** The id of a product with 50 in stock at first. */
  readonly boat: string;
}

export async function openShop(): Promise<Shop> {
  const stack = await startStack();
  try {
    const ship = await stack.add(100);
    const boat = await stack.add(50);
    const { id } = await stack.order({ [boat]: 1 });
    await stack.cancel(id);
    return { ...stack, ship, boat };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}
