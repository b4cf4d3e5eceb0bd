import { describe, expect, test } from "@jest/globals";
import { Ledger } from "../ledger/ledger.ts";
import type { Answer, Ask } from "./asker.ts";
import { type Asks, type Settled, Unanswered } from "./unanswered.ts";

/** Answers as it is told to, in this order. */
class Script implements Asks {
  readonly #answers: Answer<number>[];

  constructor(...answers: Answer<number>[]) {
    this.#answers = answers;
  }

  async ask<T>(_: Ask<T>): Promise<Answer<T>> {
    const next = this.#answers.shift();
    if (next === undefined) throw new Error("it was asked too often");
    return next as Answer<T>; // The deeds of these tests are about numbers.
  }
}

const done = (value: number): Answer<number> => ({ kind: "acknowledged", value });
const refused = (isSure: boolean): Answer<number> => ({ kind: "refused", reason: "OUT_OF_STOCK", isSure });
const unknown: Answer<number> = { kind: "unknown", reason: "ECONNRESET" };

async function run(keepsAnswer: boolean, ...answers: Answer<number>[]) {
  const ledger = new Ledger();
  const purchase = ledger.open([]);
  const settled: Settled<number>[] = [];
  const unanswered = new Unanswered(new Script(...answers), ledger);
  await unanswered.carry({
    name: "deed",
    purchase,
    keepsAnswer,
    call: async () => 0,
    settled: (answer) => settled.push(answer),
  });
  const atOnce = settled.length;
  const isOpen = purchase.isActive;
  await unanswered.settle();
  return { atOnce, isOpen, settled, kinds: ledger.violations.map(({ kind }) => kind), isActive: purchase.isActive };
}

describe("a request", () => {
  test.each([
    ["acknowledged", done(1)],
    ["refused for sure", refused(true)],
  ])("that is %s needs no repeat", async (_, answer) => {
    expect(await run(true, answer)).toMatchObject({ atOnce: 1, isOpen: false, settled: [answer], kinds: [] });
  });

  test.each([
    ["nobody knows the outcome of", unknown],
    ["another attempt may have done", refused(false)],
  ])("that %s is repeated when all is well, and keeps its purchase open until then", async (_, answer) => {
    const after = await run(false, answer, done(2));
    expect(after).toMatchObject({ atOnce: 0, isOpen: true, settled: [done(2)], kinds: [], isActive: false });
  });

  test("that keeps its answer is asked once more, and has to keep it", async () => {
    expect(await run(true, unknown, done(2), done(2))).toMatchObject({ settled: [done(2), done(2)], kinds: [] });
    expect(await run(true, unknown, done(2), refused(true))).toMatchObject({ kinds: ["OTHER ANSWER"] });
  });

  test("that is refused at last was perhaps done before", async () => {
    expect(await run(true, unknown, refused(true))).toMatchObject({ settled: [refused(false)], kinds: [] });
  });

  test("that gets no answer although all is well is a violation", async () => {
    expect(await run(true, unknown, unknown)).toMatchObject({ settled: [], kinds: ["NO ANSWER"] });
  });
});
