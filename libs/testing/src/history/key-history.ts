import { Absences } from "./absences.ts";
import { Floor } from "./floor.ts";
import type { Operation, ReadOperation, WriteOperation } from "./operation.ts";
import { afterRemovalOf, BEFORE_CREATE, ofValue } from "./position.ts";
import type { ViolationKind } from "./verdict.ts";

/** How long a chain of operations is told that leads to a floor: it must not grow with the history. */
const MAX_REASONS = 8;

/** What is wrong with a read. */
export interface Fault {
  readonly kind: ViolationKind;
  readonly because?: Operation | undefined;
  /** What else one has to know to see it. */
  readonly reasons?: readonly Operation[];
}

export type Report = (read: ReadOperation, fault: Fault) => void;

/** A write and what is known of it. It is kept for good: a read may show its mark at any later time. */
interface Known {
  write: WriteOperation;
  /** Of a put: as its writer was told, else as the first read showed it. */
  version: bigint | undefined;
  /** That read. */
  shownBy: ReadOperation | undefined;
  /** Whether a remove counts among the absences that are possible. */
  admitted: boolean;
}

interface State {
  readonly position: bigint;
  /** The operations that put it there. */
  readonly reasons: readonly Operation[];
}

/** The history of one key. Operations may come in any order between two checks. */
export class KeyHistory {
  readonly #writes = new Map<string, Known>();
  readonly #owners = new Map<bigint, Known>();
  readonly #absences = new Absences();
  readonly #acknowledged = new Floor();
  readonly #returned = new Floor();
  readonly #floors = [
    { kind: "STALE", floor: this.#acknowledged },
    { kind: "BACKWARD", floor: this.#returned },
  ] as const;
  /** What has ended since the last check: reads and acknowledged writes. */
  #ended: { readonly end: number; readonly operation: Operation }[] = [];
  #newlyTold: Known[] = [];
  #new: Known[] = [];
  #initial: WriteOperation | undefined;

  constructor() {
    this.#absences.admit({ position: BEFORE_CREATE, by: undefined });
  }

  read(read: ReadOperation): void {
    this.#ended.push({ end: read.end, operation: read });
  }

  /** False: the write was known already; what is new is its outcome, if anything. */
  write(write: WriteOperation): boolean {
    const { mark, start, end, kind, outcome } = write;
    let known = this.#writes.get(mark);
    const isNew = known === undefined;
    if (known === undefined) {
      known = { write, version: undefined, shownBy: undefined, admitted: false };
      this.#writes.set(mark, known);
      this.#new.push(known);
      if (start === Number.NEGATIVE_INFINITY) this.#begin(write);
    } else {
      const { write: before } = known;
      if (before.kind !== kind || before.start !== start) throw twoWrites(write);
      if (outcome === "unknown" || outcome === before.outcome) return false;
      if (before.outcome !== "unknown") throw twoWrites(write);
      known.write = write;
    }
    if (outcome !== "unknown") this.#newlyTold.push(known);
    if (outcome === "acknowledged" && end !== undefined) this.#ended.push({ end, operation: write });
    return isNew;
  }

  /** The number of new writes whose outcome is unknown still. */
  check(report: Report): number {
    for (const known of this.#newlyTold) this.#tell(known, report);
    const removes = this.#new
      .filter(({ write }) => write.kind === "remove")
      .sort((a, b) => a.write.start - b.write.start);
    let admitted = 0;
    const admit = (moment: number): void => {
      for (let next = removes[admitted]; next !== undefined && next.write.start <= moment; next = removes[admitted]) {
        this.#admit(next);
        admitted += 1;
      }
    };
    // In the order of their ends: whatever ended before a read started has been heard when it is judged.
    for (const { end, operation } of this.#ended.sort((a, b) => a.end - b.end)) {
      admit(end);
      if (operation.kind === "read") this.#judge(operation, report);
      else this.#acknowledge(operation);
    }
    admit(Number.POSITIVE_INFINITY);
    const unknown = this.#new.filter(({ write }) => write.outcome === "unknown").length;
    this.#ended = [];
    this.#newlyTold = [];
    this.#new = [];
    return unknown;
  }

  /** See `Floor.forget`. */
  forget(moment: number): void {
    this.#acknowledged.forget(moment);
    this.#returned.forget(moment);
  }

  /** The row was there before the first operation, so that it cannot have been absent without a removal. */
  #begin(write: WriteOperation): void {
    this.#initial = write;
    this.#absences.withdraw(BEFORE_CREATE);
  }

  #tell(known: Known, report: Report): void {
    const { write, shownBy, version: shown } = known;
    if (write.outcome === "refused") {
      if (known.admitted) this.#absences.withdraw(afterRemovalOf(write.removed ?? 0n));
      known.admitted = false;
      if (shownBy !== undefined) report(shownBy, { kind: "GHOST", because: write });
      return;
    }
    if (write.kind === "remove" || write.version === undefined) return;
    if (shownBy !== undefined && shown !== write.version) report(shownBy, { kind: "CORRUPT", because: write });
    Object.assign(known, { version: write.version, shownBy: undefined });
    const owner = this.#owners.get(write.version);
    if (owner !== undefined && owner !== known) {
      // A writer knows its version; what a read showed under it before was not the content of that version.
      if (owner.shownBy === undefined) return;
      report(owner.shownBy, { kind: "CORRUPT", because: write, reasons: [owner.write] });
    }
    this.#owners.set(write.version, known);
  }

  #admit(known: Known): void {
    const { outcome, removed } = known.write;
    if (outcome === "refused" || removed === undefined) return;
    known.admitted = true;
    this.#absences.admit({ position: afterRemovalOf(removed), by: known.write });
  }

  #acknowledge(write: WriteOperation): void {
    const version = write.kind === "remove" ? write.removed : this.#writes.get(write.mark)?.version;
    if (version === undefined || write.end === undefined) return;
    const position = write.kind === "remove" ? afterRemovalOf(version) : ofValue(version);
    this.#acknowledged.raise({ at: write.end, position, by: write, reasons: [] });
  }

  #judge(read: ReadOperation, report: Report): void {
    const { version } = read.seen;
    const state = version === undefined ? this.#absence() : this.#value(read, version);
    if ("kind" in state) {
      report(read, state);
      return;
    }
    for (const fault of this.#below(read, state)) report(read, fault);
    const { position, reasons } = this.#lowest(read, state);
    this.#returned.raise({ at: read.end, position, by: read, reasons });
  }

  #value(read: ReadOperation, version: bigint): State | Fault {
    const known = this.#writes.get(read.seen.mark ?? "");
    if (known === undefined || known.write.kind === "remove") return { kind: "PHANTOM" };
    const { write } = known;
    if (write.start > read.end) return { kind: "PHANTOM", because: write };
    if (write.outcome === "refused") return { kind: "GHOST", because: write };
    if (known.version !== undefined && known.version !== version) {
      return { kind: "CORRUPT", because: known.shownBy ?? write, reasons: [write] };
    }
    const owner = this.#owners.get(version);
    if (owner !== undefined && owner !== known) {
      return { kind: "CORRUPT", because: owner.shownBy ?? owner.write, reasons: [write, owner.write] };
    }
    if (known.version === undefined) this.#learn(known, version, read);
    return { position: ofValue(version), reasons: [write] };
  }

  #learn(known: Known, version: bigint, shownBy: ReadOperation): void {
    Object.assign(known, { version, shownBy });
    this.#owners.set(version, known);
    if (known.write.outcome === "acknowledged") this.#acknowledge(known.write);
  }

  /** The row may have been absent at one of several moments: the latest of them, which is the best for the read. */
  #absence(): State | Fault {
    const { highest } = this.#absences;
    if (highest === undefined) return { kind: "PHANTOM", because: this.#initial };
    return { position: highest.position, reasons: highest.by === undefined ? [] : [highest.by] };
  }

  /** In how many ways a read is older than it may be. */
  #below(read: ReadOperation, { position, reasons }: State): readonly Fault[] {
    const faults: Fault[] = [];
    for (const { kind, floor } of this.#floors) {
      const step = floor.before(read.start);
      if (step === undefined || position >= step.position) continue;
      faults.push({ kind, because: step.by, reasons: [...reasons, ...step.reasons] });
    }
    return faults;
  }

  /** What a read proves to those after it: of an absence only the earliest one that nothing contradicts, if any. */
  #lowest(read: ReadOperation, state: State): State {
    if (read.seen.version !== undefined) return state;
    const acknowledged = this.#acknowledged.before(read.start);
    const returned = this.#returned.before(read.start);
    const floor =
      (acknowledged?.position ?? BEFORE_CREATE) > (returned?.position ?? BEFORE_CREATE) ? acknowledged : returned;
    const { position, by } = this.#absences.from(floor?.position ?? BEFORE_CREATE) ?? { position: BEFORE_CREATE };
    const reasons = [by, floor?.by, ...(floor?.reasons ?? [])].filter((each) => each !== undefined);
    return { position, reasons: reasons.slice(0, MAX_REASONS) };
  }
}

function twoWrites({ key, mark }: WriteOperation): TypeError {
  return new TypeError(`two writes of ${key} have the mark ${mark}`);
}
