import { describeViolation } from "./describe.ts";
import { KeyHistory, type Report } from "./key-history.ts";
import type { Operation, Seen, WriteOperation } from "./operation.ts";
import type { Verdict, Violation, ViolationKind } from "./verdict.ts";

export interface HistoryCheckerOptions {
  /** How many violations a verdict lists; it counts all. Default 1,000. */
  readonly maxViolations?: number;
}

/**
 * Checks what several processes read and wrote against the promise of a register that is always current: an acknowledged
 * write is seen by every read that starts after it, and no read goes back behind one that ended before it started. Only
 * operations that do not overlap are compared, on one clock (`monotonicMs`); what nobody can know, such as the outcome of
 * a write whose process died, is read in the system's favour: a violation is always one.
 *
 * This is the part of linearizability (Herlihy and Wing, 1990) that the versions of the rows make cheap to decide: sorting
 * and searching, where the general problem is NP-complete (Gibbons and Korach, 1997).
 *
 * Operations are checked in rounds. What a round established holds in the next ones; of its operations only the writes
 * are kept. An operation that lasts over several rounds belongs to the one in which it is known to have ended. Added
 * later than that, it may hide a violation, but brings no false one.
 */
export class HistoryChecker {
  readonly #maxViolations: number;
  readonly #keys = new Map<string, KeyHistory>();
  #round = emptyRound();
  #previousStart = Number.NEGATIVE_INFINITY;

  constructor({ maxViolations = 1_000 }: HistoryCheckerOptions = {}) {
    this.#maxViolations = maxViolations;
  }

  /**
   * Declares the state of a key before its first operation. Without it, and with a `seen` without version, the row did
   * not exist.
   *
   * @throws TypeError for a row without a mark.
   */
  initial(key: string, seen: Seen): void {
    if (seen.version !== undefined) this.add(initialWrite(key, seen));
  }

  /**
   * Adds an operation to the round. A write that was added as `unknown` may be added again, also in a later round, when
   * its outcome has become known.
   *
   * @throws TypeError for an operation that cannot be: two writes with one mark; an end before the start; an acknowledged
   *   write without an end; a write without a mark; a remove, unless it was refused, without the version that it removes; a mark where there is no row.
   */
  add(operation: Operation): void {
    checkOperation(operation);
    let history = this.#keys.get(operation.key);
    if (history === undefined) {
      history = new KeyHistory();
      this.#keys.set(operation.key, history);
    }
    const round = this.#round;
    if (operation.kind === "read") {
      history.read(operation);
      round.reads += 1;
      round.start = Math.min(round.start, operation.start);
    } else if (history.write(operation) && operation.start !== Number.NEGATIVE_INFINITY) {
      round.writes += 1;
    }
  }

  /** Checks what was added since the last check. */
  check(): Verdict {
    const counts: Record<ViolationKind, number> = { STALE: 0, BACKWARD: 0, PHANTOM: 0, GHOST: 0, CORRUPT: 0 };
    const violations: Violation[] = [];
    const report: Report = (read, { kind, because, reasons = [] }) => {
      counts[kind] += 1;
      if (violations.length >= this.#maxViolations) return;
      const evidence = new Set([read, ...(because === undefined ? [] : [because]), ...reasons]);
      violations.push({ kind, read, because, evidence: [...evidence], text: describeViolation(kind, read, because) });
    };
    let unknownWrites = 0;
    for (const history of this.#keys.values()) {
      unknownWrites += history.check(report);
      // A read that was under way when the previous round was checked is still judged by the floor of its own start.
      history.forget(this.#previousStart);
    }
    const { reads, writes, start } = this.#round;
    this.#previousStart = Math.max(this.#previousStart, Number.isFinite(start) ? start : Number.NEGATIVE_INFINITY);
    this.#round = emptyRound();
    return { reads, writes, unknownWrites, counts, violations };
  }
}

function emptyRound() {
  return { reads: 0, writes: 0, start: Number.POSITIVE_INFINITY };
}

/** A row that was there before is a write that ended before all times. */
function initialWrite(key: string, { version, mark }: Seen): WriteOperation {
  if (version === undefined || mark === undefined) throw new TypeError(`the row ${key} needs a version and a mark`);
  const always = Number.NEGATIVE_INFINITY;
  return { kind: "put", key, mark, version, start: always, end: always, outcome: "acknowledged", process: "initial" };
}

function checkOperation(operation: Operation): void {
  const { kind, key, start, end } = operation;
  const wrong = (what: string): never => {
    throw new TypeError(`${kind} of ${key} by ${operation.process}: ${what}`);
  };
  if (Number.isNaN(start) || (end !== undefined && !(end >= start))) wrong(`times ${start} to ${end}`);
  if (operation.kind === "read") {
    if (operation.seen.version === undefined && operation.seen.mark !== undefined) wrong("no row, but a mark");
  } else {
    if (operation.outcome === "acknowledged" && end === undefined) wrong("acknowledged, but not ended");
    const { mark, removed } = operation;
    if (mark === "") wrong("no mark");
    if (kind === "remove" && removed === undefined && operation.outcome !== "refused") wrong("of which version?");
  }
}
