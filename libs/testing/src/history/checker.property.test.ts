import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { seed } from "../seed.ts";
import { HistoryChecker } from "./checker.ts";
import { minimise } from "./minimise.ts";
import { type Execution, execution, plant } from "./testkit/execution.ts";
import { plants } from "./testkit/plants.ts";
import type { Violation } from "./verdict.ts";

const parameters = { seed: seed(), numRuns: 1_000 };

function violations({ initial, rounds }: Execution): readonly Violation[] {
  const checker = new HistoryChecker();
  for (const [key, seen] of initial) checker.initial(key, seen);
  return rounds.flatMap((operations) => {
    for (const operation of operations) checker.add(operation);
    return checker.check().violations;
  });
}

describe("histories of a register that does each operation at one moment", () => {
  test.each([0, 4])("show no violation, also when reads are reported %i rounds late", (late) => {
    fc.assert(
      fc.property(execution(late), (history) => {
        expect(violations(history).map(({ text }) => text)).toEqual([]);
      }),
      parameters,
    );
  });

  test.each(["STALE", "BACKWARD", "PHANTOM", "GHOST", "CORRUPT"] as const)(
    "and one planted read: %s, whatever is around it",
    (kind) => {
      fc.assert(
        fc.property(execution(0), fc.nat(), (history, pick) => {
          const planted = plants(history)[kind];
          fc.pre(planted.length > 0);
          const read = planted[pick % planted.length];
          if (read === undefined) throw new Error("nothing to plant");
          const found = violations(plant(history, read)).filter((each) => each.read === read);
          expect(found.map((each) => each.kind)).toContain(kind);
          // Content that is taken for the first of its version makes others look wrong; the rest stays by itself.
          if (kind !== "CORRUPT" && kind !== "GHOST") {
            expect(found).toHaveLength(violations(plant(history, read)).length);
          }
          for (const each of found) {
            const few = minimise(history.rounds.flat(), each);
            expect(few.length).toBeLessThan(8);
            const again = violations({ initial: new Map(), rounds: [few] });
            expect(again.map(({ text }) => text)).toContain(each.text);
          }
        }),
        { ...parameters, numRuns: 300 },
      );
    },
  );
});
