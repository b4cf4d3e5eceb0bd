import { mapConcurrently } from "./concurrency.ts";
import type { Look } from "./judge.ts";
import type { Reader, Suspect } from "./reader.ts";
import type { IntentionSeen } from "./seen.ts";

/** Calls in flight at a time. */
const CONCURRENCY = 16;

/**
 * Looks at some orders and their reservations: order, open intentions, reservation, open intentions, order. Each step is
 * done for all of them before the next begins, so that the intentions are listed only twice.
 */
export async function lookAt(reader: Reader, suspects: readonly Suspect[]): Promise<Look[]> {
  const ids = new Set(suspects.map((suspect) => suspect.id));
  const before = await mapConcurrently(suspects, CONCURRENCY, (suspect) => reader.order(suspect));
  const openBefore = await openAmong(reader, ids);
  const reservations = await mapConcurrently(suspects, CONCURRENCY, ({ id }) => reader.reservation(id));
  const openAfter = await openAmong(reader, ids);
  const after = await mapConcurrently(suspects, CONCURRENCY, (suspect) => reader.order(suspect));
  return suspects.map(({ id }, index) => ({
    id,
    before: before[index],
    intentionBefore: openBefore.get(id),
    reservation: reservations[index],
    intentionAfter: openAfter.get(id),
    after: after[index],
  }));
}

async function openAmong(reader: Reader, ids: ReadonlySet<string>): Promise<Map<string, IntentionSeen>> {
  const found = new Map<string, IntentionSeen>();
  for await (const intention of reader.openIntentions()) {
    if (ids.has(intention.orderId)) found.set(intention.orderId, intention);
  }
  return found;
}
