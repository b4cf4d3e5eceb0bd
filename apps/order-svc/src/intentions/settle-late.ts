import type { CallerContext } from "@skyport/rpc";
import type { Intention } from "../domain/intention.ts";
import { giveUp } from "./apply.ts";
import type { IntentionDependencies } from "./dependencies.ts";
import { settleOwn } from "./hand-over.ts";
import { settle } from "./settle.ts";

/**
 * Settles an intention whose time is up: an order that could not be reserved by its deadline is given up first, and
 * what it may have reserved is released.
 *
 * @throws what `settle` throws
 */
export async function settleLate(
  dependencies: IntentionDependencies,
  intention: Intention,
  caller: CallerContext,
): Promise<void> {
  if (intention.kind !== "create") {
    await settle(dependencies, intention, caller);
    return;
  }
  const release = await giveUp(dependencies, intention, caller.deadline);
  if (release !== undefined) await settleOwn(dependencies, release, caller);
}
