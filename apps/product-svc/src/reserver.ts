import type { Deadline } from "@skyport/deadline";
import { deadlineExceeded } from "@skyport/errors";
import type { Answer, Decided, Wish } from "./domain/decide.ts";
import { type ReserveDependencies, reserve } from "./reserve.ts";
import { Turns } from "./turns.ts";

/** A wish, and until when its caller waits. */
interface Asked {
  readonly wish: Wish;
  readonly deadline: Deadline;
}

/** How many transactions decide wishes at once, at most: fewer than there are connections, so that all else goes on. */
const TRANSACTIONS = 4;
/** How many wishes one transaction decides, at most. */
const TOGETHER = 64;

/**
 * Decides wishes, those that have to wait for each other anyway together, in one transaction: rows are locked, and the
 * disk is waited for, once for all of them. The reasons and the figures are in docs/adr/0008-hot-products.md.
 */
export class Reserver {
  readonly #turns: Turns<Asked, Answer>;

  constructor(dependencies: ReserveDependencies) {
    this.#turns = new Turns({
      run: (asked) => decideAsked(dependencies, asked),
      atOnce: TRANSACTIONS,
      limit: TOGETHER,
      nameOf: ({ wish }) => wish.id,
      sharedBy: ({ wish }) => wish.items.map((item) => item.productId),
    });
  }

  /**
   * Makes a reservation hold what the wish says, or gives the refusal, which is kept.
   *
   * @throws REQUEST_ID_REUSED for other items under a generation that was decided; INVALID_FIELDS for a new reservation
   *   with an old id; what the transaction throws
   */
  async reserve(wish: Wish, deadline: Deadline): Promise<Decided> {
    const answer = await deadline.race(this.#turns.do({ wish, deadline }));
    if ("error" in answer) throw answer.error;
    return answer;
  }
}

/** Those whose caller has gone are left out; the others are given the time of the one that waits longest. */
async function decideAsked(dependencies: ReserveDependencies, asked: readonly Asked[]): Promise<Answer[]> {
  const [first, ...rest] = asked.filter(({ deadline }) => !deadline.expired);
  if (first === undefined) return asked.map(late);
  const latest = rest.reduce(
    (longest, { deadline }) => (deadline.remainingMs > longest.remainingMs ? deadline : longest),
    first.deadline,
  );
  const wishes = [first, ...rest].map(({ wish }) => wish);
  const answers = await reserve(dependencies, wishes, latest);
  return asked.map(({ wish }) => answers.get(wish) ?? late());
}

/** Made only where it is told: an error takes its stack along. */
const late = (): Answer => ({ error: deadlineExceeded() });
