import { fill, intend, prune, release } from "../protocol/slot.ts";
import type { Property } from "./invariants.ts";
import type { Rules } from "./rules.ts";
import type { Size } from "./state.ts";

/** One rule of the protocol that is left out, and the smallest world that shows what it was for. */
export interface Switch {
  readonly without: string;
  /** What then happens. */
  readonly effect: string;
  readonly rules: Partial<Rules>;
  readonly size: Partial<Size>;
  /** What is looked for. Default: a stale read. */
  readonly finds?: Property;
}

/** One writer, one reader, and nothing that goes wrong. */
export const SMALLEST: Size = {
  writers: 1,
  writes: 1,
  readers: 1,
  joinable: 0,
  late: 0,
  flushes: 0,
  failovers: 0,
  losses: 0,
};

export const SWITCHES: readonly Switch[] = [
  {
    without: "the fence",
    effect: "a stale value survives: a reader had filled it while the write's intent was lost",
    size: { losses: 1 },
    rules: {
      release: (slot, token, offer, now) =>
        prune(slot, now)?.state === "writing" ? release(slot, token, offer, now) : { slot, contended: false },
    },
  },
  {
    without: "the fence among other writers",
    effect: "an older offer of theirs becomes the value",
    size: { writers: 2, losses: 1 },
    rules: {
      release: (slot, token, offer, now) => {
        const released = release(slot, token, offer, now);
        const before = prune(slot, now);
        if (released.slot?.state !== "writing" || before?.state !== "writing") return released;
        return { ...released, slot: { ...released.slot, contended: before.contended } };
      },
    },
  },
  {
    without: "the contended flag",
    effect: "of two writes whose releases cross, the older one's offer stays",
    size: { writers: 2 },
    rules: {
      release: (slot, token, offer, now) =>
        release(slot?.state === "writing" ? { ...slot, contended: false } : slot, token, offer, now),
    },
  },
  {
    without: "the token compare",
    effect: "a reader that is late fills under another's lease",
    size: { readers: 2 },
    rules: {
      fill: (slot, token, value) => fill(slot?.state === "lease" ? { ...slot, token } : slot, token, value),
    },
  },
  {
    without: "the joining rule",
    effect: "a caller shares a read that began before a write it knows of",
    size: { joinable: 1 },
    rules: { mayShare: () => true },
  },
  {
    without: "the joining rule for fills that are refused",
    effect: "a caller shares a read because its fill was sent after it came",
    size: { joinable: 1 },
    rules: { filledAsOf: (_filled, sentAt) => sentAt },
  },
  {
    without: "a store that is asked for each hit in process",
    effect: "what was found once is served after the write that has replaced it",
    size: {},
    rules: { peeksAsk: false },
  },
  {
    without: "the intent before the commit",
    effect: "what was cached before is served while the write is acknowledged, or filled after it",
    size: {},
    rules: { intent: "after the commit" },
    finds: "newest",
  },
  {
    without: "an acknowledgement that waits for the release",
    effect: "a value that was filled while the intent was lost is still served",
    size: { losses: 1 },
    rules: { acknowledge: "after the commit" },
  },
  {
    without: "namespaces",
    effect: "a replica that lagged serves after its promotion what was replaced before",
    size: { failovers: 1 },
    rules: { namespaces: false },
  },
  {
    without: "the settling of a namespace",
    effect: "a write is acknowledged in the new one while a reader still asks the old one",
    size: { failovers: 1 },
    rules: { settling: false, settlingOfReleases: false },
  },
  {
    without: "the settling of releases",
    effect: "a write that lost its intent is acknowledged while a reader still asks the old namespace",
    size: { failovers: 1, losses: 1 },
    rules: { settlingOfReleases: false },
  },
  {
    without: "the writers' check of the namespace",
    effect: "a write is acknowledged in the old one while readers fill the new one",
    size: { failovers: 1 },
    rules: { checks: false },
  },
  {
    without: "the quarantine",
    effect: "a reader fills while a write commits whose intent was flushed",
    size: { readers: 2, flushes: 1 },
    rules: { quarantine: false },
    finds: "backward",
  },
  {
    without: "a lease's length in the quarantine",
    effect: "a reader fills after it what it had read before such a write's commit",
    size: { readers: 2, flushes: 1 },
    rules: { quarantineOfLeases: false },
    finds: "backward",
  },
  {
    without: "the contended flag of intents that come in quarantine",
    effect: "an offer is older than a write that overlapped with it unseen",
    size: { writers: 2, flushes: 1 },
    rules: { intend: (slot, token, deadline, now) => intend(slot, token, deadline, now, false) },
    finds: "newest",
  },
  {
    without: "a transaction that ends before its intent",
    effect: "a reader fills between the intent's end and the commit",
    size: {},
    rules: { intentsOutlive: false },
    finds: "newest",
  },
  {
    without: "the gap that a renewal is taken for",
    effect: "a renewed intent offers what another write has replaced in between",
    size: { writers: 2 },
    rules: { offersAfterRenewal: true },
  },
  {
    without: "the offer's tie to the commit",
    effect: "what was rolled back becomes the value",
    size: {},
    rules: { offersAfterRollback: true },
    finds: "newest",
  },
];
