import type { Session, Transaction } from "@skyport/db";
import type { Deadline } from "@skyport/deadline";
import type { Context } from "./context.ts";
import {
  type Answer,
  type Case,
  decideInOrder,
  foregoneAnswer,
  isRepeat,
  productsOf,
  type Shelf,
  type Wish,
} from "./domain/decide.ts";
import {
  findMovedProducts,
  forgetUnbegun,
  lockReservations,
  lockShelves,
  writeVerdicts,
} from "./repositories/reservations.ts";

/** What deciding needs. */
export type ReserveDependencies = Pick<Context, "products" | "toVersioned" | "writer">;

/**
 * Decides wishes for different reservations once and for all, in one transaction. The reservations are locked first, in
 * order of id, so that wishes for one are decided one after the other, in all instances; then, once the cache knows, the
 * products, in order of id as well (no deadlock). By what is locked the wishes are decided, in the order in which they
 * came, and all is written as a whole. Refusals are kept: a delayed first attempt must not reserve after its order was
 * given up. A generation that was decided before is answered, not decided again.
 */
export async function reserve(
  { products, toVersioned, writer }: ReserveDependencies,
  wishes: readonly Wish[],
  deadline: Deadline,
): Promise<ReadonlyMap<Wish, Answer | undefined>> {
  const lock = (session: Session) => lockReservations(session, wishes);
  return writer.writeAhead(deadline, lock, async (tx, intents, all) => {
    const answers = new Map(all.map((each) => [each.wish, foregoneAnswer(each)]));
    const begun = all.filter(({ wish }) => answers.get(wish) === undefined);
    const unbegun = all.filter(({ wish, held }) => held.generation === 0 && answers.get(wish) !== undefined);

    // Answers to repeats acknowledge earlier commits, whose writers may have died before any reader could see them.
    const movedBefore = await findMovedProducts(tx, idsOf(all.filter(isRepeat)));
    await intents.take(...[...movedBefore, ...begun.flatMap(productsOf)].map((id) => products.key(id)));

    const verdicts = decideInOrder(begun, await lockedShelves(tx, begun));
    await forgetUnbegun(tx, idsOf(unbegun));
    if (verdicts.length === 0) return answers;
    const [moved] = await tx.last(() => [writeVerdicts(tx, verdicts)]);
    for (const product of moved) intents.offer(products, product.id, toVersioned(product));
    for (const verdict of verdicts) answers.set(verdict.wish, verdict);
    return answers;
  });
}

function idsOf(cases: readonly Case[]): string[] {
  return cases.map(({ wish }) => wish.id);
}

/** A product that was missing is looked for once more: it may have been deleted and created again meanwhile. */
async function lockedShelves(tx: Transaction, begun: readonly Case[]): Promise<ReadonlyMap<string, Shelf>> {
  const ids = [...new Set(begun.flatMap(productsOf))];
  const found = await lockShelves(tx, ids);
  const missing = ids.filter((id) => !found.has(id));
  return missing.length === 0 ? found : new Map([...found, ...(await lockShelves(tx, missing))]);
}
