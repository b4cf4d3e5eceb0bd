import { describe, expect, test } from "@jest/globals";
import { encode } from "./encode.ts";
import { PROPERTIES, type Property } from "./invariants.ts";
import { renderResult } from "./render.ts";
import { type SearchOptions, type SearchResult, search } from "./search.ts";
import { initialState, type Size } from "./state.ts";
import { SMALLEST, SWITCHES } from "./switches.ts";

/** What is promised of an entry that somebody deletes by hand under an open write. */
const AFTER_A_LOSS: readonly Property[] = ["stale", "made", "released"];

/** Whole worlds that several tests look at are searched once. */
const known = new Map<string, SearchResult>();
function searched(size: Size): SearchResult {
  const key = JSON.stringify(size);
  const properties = size.losses === 0 ? PROPERTIES : AFTER_A_LOSS;
  const result = known.get(key) ?? search(size, { properties });
  known.set(key, result);
  return result;
}

/** Every state of the world was looked at, and none was wrong. */
function expectNoViolation(result: SearchResult): void {
  if (result.violation !== undefined) throw new Error(renderResult(result));
  expect(result.complete).toBe(true);
}

describe("every state of a small world keeps the promise and the four invariants", () => {
  test.each<[string, Partial<Size>]>([
    [
      "two writers and two readers, who die, roll back, renew, and lose the answer to COMMIT",
      { writers: 2, readers: 2 },
    ],
    ["two readers, one of them joined by other callers, and a writer", { readers: 2, joinable: 1 }],
    ["a writer, two readers, and two commands that come late", { readers: 2, late: 2 }],
    ["two writers, a reader, and a server that is flushed", { writers: 2, flushes: 1 }],
    ["a writer, two readers, and a server that changes its role", { readers: 2, failovers: 1 }],
    ["one writer that writes three times", { writes: 3 }],
  ])("%s", (name, part) => {
    const result = searched({ ...SMALLEST, ...part });
    process.stdout.write(`${name}: ${renderResult(result)}\n`);
    expectNoViolation(result);
  });

  test("an entry that is deleted by hand under an open write: no read is stale", () => {
    const result = searched({ ...SMALLEST, writers: 2, losses: 1 });
    process.stdout.write(`two writers, a reader, a deletion by hand: ${renderResult(result)}\n`);
    expectNoViolation(result);
  });
});

test("the worlds are not empty: whatever may happen does", () => {
  const steps = (part: Partial<Size>) => [...searched({ ...SMALLEST, ...part }).steps.keys()];
  expect(steps({ writers: 2, readers: 2 })).toEqual(
    expect.arrayContaining([
      ...["intent", "change", "commit", "commit unanswered", "commit resolved", "rollback", "renewal", "death"],
      ...["release", "release with offer", "reassure", "intent ends", "lease ends", "value ends"],
      ...["miss", "hit", "peek", "load", "fill", "abandon", "read past", "reader gives up"],
    ]),
  );
  expect(steps({ readers: 2, joinable: 1 })).toEqual(expect.arrayContaining(["join", "wait", "bypass", "land"]));
  expect(steps({ readers: 2, late: 2 })).toEqual(
    expect.arrayContaining([
      ...["late command", "intent unanswered", "renewal unanswered", "release unanswered", "fill unanswered"],
    ]),
  );
  expect(steps({ writers: 2, flushes: 1 })).toEqual(expect.arrayContaining(["flush", "quarantine ends"]));
  expect(steps({ readers: 2, failovers: 1 })).toEqual(
    expect.arrayContaining(["failover", "trust ends", "release in vain", "release unsettled", "settled"]),
  );
  expect(steps({ writes: 3 })).toContain("next write");
});

describe("what each rule is for", () => {
  test.each(SWITCHES.map((one) => [one.without, one.effect, one] as const))(
    "without %s: %s",
    (_without, _effect, one) => {
      const size = { ...SMALLEST, ...one.size };
      const properties = [one.finds ?? "stale"];
      const { violation } = search(size, { rules: one.rules, properties });
      expect(violation?.property).toBe(one.finds ?? "stale");
      expectNoViolation(searched(size));
    },
  );

  const harmless: readonly [string, Partial<Size>, SearchOptions][] = [
    [
      "an intent between UPDATE and COMMIT keeps the promise as well: the earlier one keeps the row's lock short",
      { writers: 2, readers: 1 },
      { rules: { intent: "before the commit" }, properties: PROPERTIES.filter((property) => property !== "covered") },
    ],
    [
      "an offer that is repeated keeps it as well, since none is made after a renewal: the rule against it is a second line",
      { writers: 2, readers: 0, late: 2 },
      { rules: { offersAgain: true } },
    ],
  ];
  test.each(harmless)("%s", (_name, size, options) => expectNoViolation(search({ ...SMALLEST, ...size }, options)));
});

test("two states are one when only names differ", () => {
  const state = initialState({ ...SMALLEST, writers: 2, readers: 2 });
  const [a, b] = state.writers;
  const [r, s] = state.readers;
  if (a === undefined || b === undefined || r === undefined || s === undefined) throw new Error("too small");
  const held = (token: string) => ({
    slot: { state: "lease" as const, token },
    readers: [
      { ...r, flight: { stage: "leased" as const, token: "R1", place: "current" as const } },
      { ...s, flight: { stage: "leased" as const, token: "S1", place: "current" as const } },
    ],
  });
  expect(encode({ ...state, ...held("R1") })).toBe(encode({ ...state, ...held("S1") }));
  expect(encode({ ...state, ...held("R1") })).not.toBe(encode({ ...state, ...held("R2") }));
  expect(encode({ ...state, writers: [{ ...a, tx: "open" }, b] })).toBe(
    encode({ ...state, writers: [a, { ...b, tx: "open" }] }),
  );
  expect(encode({ ...state, writers: [{ ...a, tx: "open" }, b] })).not.toBe(encode(state));
});
