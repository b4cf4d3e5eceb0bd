import { describe, expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import { randomFrom, World } from "../tests/support/world.ts";
import { examine } from "./examine.ts";
import { judge, type Verdict } from "./judge.ts";
import { lookAt } from "./look.ts";
import type { Reader } from "./reader.ts";

const WORLDS = 2_000;

const random = randomFrom(seed());

/** The same reader, with one of its reads left out. */
type Without = (reader: Reader) => Reader;

async function* none(): AsyncGenerator<never> {}

const withoutIntentions =
  (which: number): Without =>
  (reader) => {
    let listed = 0;
    return { ...bound(reader), openIntentions: () => (++listed === which ? none() : reader.openIntentions()) };
  };

const withoutSecondOrder: Without = (reader) => {
  const first = new Map<string, ReturnType<Reader["order"]>>();
  return {
    ...bound(reader),
    order: (suspect) => {
      const known = first.get(suspect.id) ?? reader.order(suspect);
      first.set(suspect.id, known);
      return known;
    },
  };
};

const bound = (reader: Reader): Reader => ({
  order: (suspect) => reader.order(suspect),
  reservation: (id) => reader.reservation(id),
  openIntentions: () => reader.openIntentions(),
});

/** What one look at each order of a fresh world says. */
async function verdicts(without: Without = bound): Promise<Verdict["kind"][]> {
  const world = new World(random);
  return (await lookAt(without(world), world.suspects())).map((look) => judge(look).kind);
}

describe("a look while everything is being changed", () => {
  test("never takes what is under way for damage", async () => {
    let judged = 0;
    for (let n = 0; n < WORLDS; n++) {
      const seen = await verdicts();
      expect(seen).not.toContain("damaged");
      judged += seen.filter((kind) => kind === "consistent").length;
    }
    expect(judged).toBeGreaterThan(WORLDS);
  });

  // One world in 75 to 250 shows it.
  test.each([
    ["the intentions before the reservation", withoutIntentions(1)],
    ["the intentions after the reservation", withoutIntentions(2)],
    ["the order after all", withoutSecondOrder],
  ])("would do so without %s", async (_, without) => {
    for (let n = 0; n < 10 * WORLDS; n++) {
      if ((await verdicts(without)).includes("damaged")) return;
    }
    throw new Error("no world has shown it");
  });

  test("finds what is damaged, once", async () => {
    for (let n = 0; n < 200; n++) {
      const world = new World(random);
      const holds = new Map([["boat", 1]]);
      world.reservations.set("lost", { id: "lost", generation: 1, holds, decided: new Map() });
      const { findings } = await examine(world, world.suspects(), { pause: async () => undefined });
      expect(findings).toMatchObject([{ kind: "ORPHAN_RESERVATION", resource: "reservations/lost" }]);
    }
  });
});
