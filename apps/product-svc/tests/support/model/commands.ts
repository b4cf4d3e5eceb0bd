import fc from "fast-check";
import { type Call, callText, type ReserveCall, type Slot } from "./call.ts";
import type { Inventory } from "./inventory.ts";
import type { Worlds } from "./worlds.ts";

export const PRODUCTS = 3;
/** The last one's id tells no age. */
export const RESERVATIONS = 6;

const MOST_AT_ONCE = 6;
/** More generations than the service remembers decisions; and which of them, counted back, are about to be forgotten. */
const MANY_GENERATIONS = 35;
const NEARLY_FORGOTTEN = [30, 31, 32, 33];

/** A wish in relation to what was asked for before: which generation it has is known when it is made. */
type Relative =
  | { readonly kind: "step"; readonly reservation: Slot; readonly step: number; readonly items: ReserveCall["items"] }
  | { readonly kind: "repeat"; readonly back: number; readonly otherContent: boolean };

type Step = Exclude<Call, ReserveCall> | Relative;

/** What a run knows and does. */
export interface Run {
  readonly worlds: Worlds;
  /** Every wish that was made, in order. */
  readonly wishes: ReserveCall[];
  /** What was done, for a report. */
  readonly told: string[];
}

const product = fc.nat({ max: PRODUCTS - 1 });
const reservation = fc.nat({ max: RESERVATIONS - 1 });
const stock = fc.nat({ max: 8 });

const quantity = fc.integer({ min: 1, max: 4 });

const items = fc.uniqueArray(fc.record({ product, quantity }), {
  selector: (item) => item.product,
  maxLength: PRODUCTS,
});

/** Mostly the next generation; sometimes one left out, the same again, or a late one. */
const generationStep = fc.oneof(
  { weight: 6, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constant(3) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 0 }) },
);

const LOOK_AT_SHELVES = Array.from({ length: PRODUCTS }, (_, slot) => ({ kind: "get", product: slot }) as const);

const kind = <const K extends string>(name: K) => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: kind("step"), reservation, step: generationStep, items }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: kind("repeat"), back: fc.nat({ max: 9 }), otherContent: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind("create"), product, inStock: stock }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("delete"), product }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("adjust"), product, delta: fc.constantFrom(-3, -1, 1, 5) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("overwrite"), product, inStock: stock }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("get"), product }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("look"), reservation }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("audit") }) },
);

/** Runs of commands: calls alone, calls at once, products renewed, now and then many generations of one reservation. */
export const commands = fc.commands<Run, Inventory, false>(
  [
    fc.oneof(
      { weight: 24, arbitrary: step.map((one) => new AtOnce([one])) },
      {
        weight: 16,
        arbitrary: fc.array(step, { minLength: 2, maxLength: MOST_AT_ONCE }).map((all) => new AtOnce(all)),
      },
      {
        weight: 4,
        arbitrary: fc.tuple(product, stock).map(
          ([slot, inStock]) =>
            new OneAfterTheOther([
              { kind: "delete", product: slot },
              { kind: "create", product: slot, inStock },
            ]),
        ),
      },
      {
        weight: 6,
        arbitrary: fc.tuple(product, fc.array(quantity, { minLength: 3, maxLength: RESERVATIONS })).map(rush),
      },
      { weight: 1, arbitrary: fc.record({ reservation, items }).map(manyGenerations) },
    ),
  ],
  { maxCommands: 30, size: "max" },
);

/** Makes calls at once, then compares what is left on every shelf. */
class AtOnce implements fc.AsyncCommand<Run, Inventory> {
  readonly #steps: readonly Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  check = () => true;

  async run(run: Run, inventory: Inventory): Promise<void> {
    const calls = this.#steps.flatMap((each) => toCall(run, each));
    await made(run, inventory, calls);
    await made(run, inventory, LOOK_AT_SHELVES);
  }

  toString(): string {
    return JSON.stringify(this.#steps);
  }
}

/** Makes calls, each when the one before is answered. */
class OneAfterTheOther implements fc.AsyncCommand<Run, Inventory> {
  readonly #steps: readonly Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  check = () => true;

  async run(run: Run, inventory: Inventory): Promise<void> {
    for (const each of this.#steps) await made(run, inventory, toCall(run, each));
  }

  toString(): string {
    return `one after the other ${JSON.stringify(this.#steps)}`;
  }
}

/** Several reservations want the same product at once. */
function rush([slot, quantities]: readonly [Slot, readonly number[]]): AtOnce {
  return new AtOnce(
    quantities.map((wanted, at) => ({
      kind: "step",
      reservation: at,
      step: 1,
      items: [{ product: slot, quantity: wanted }],
    })),
  );
}

/** Asks for so many generations that the first are forgotten, half of them empty; then for the oldest again. */
function manyGenerations({ reservation: slot, items: wanted }: Pick<ReserveCall, "reservation" | "items">) {
  const steps = Array.from({ length: MANY_GENERATIONS }, (_, i): Step => {
    return { kind: "step", reservation: slot, step: 1, items: i % 2 === 0 ? wanted : [] };
  });
  const again = NEARLY_FORGOTTEN.flatMap((back) =>
    [true, false].map((otherContent): Step => ({ kind: "repeat", back, otherContent })),
  );
  return new OneAfterTheOther([...steps, ...again]);
}

/** What a step asks for, now that the earlier ones are known. */
function toCall(run: Run, each: Step): Call[] {
  if (each.kind === "repeat") {
    const wish = run.wishes.at(-1 - each.back);
    if (wish === undefined) return [];
    return [each.otherContent ? { ...wish, items: otherThan(wish.items) } : wish];
  }
  if (each.kind !== "step") return [each];
  const highest = Math.max(
    0,
    ...run.wishes.filter((wish) => wish.reservation === each.reservation).map((wish) => wish.generation),
  );
  const { reservation: slot, items: wanted } = each;
  const wish: ReserveCall = {
    kind: "reserve",
    reservation: slot,
    generation: Math.max(1, highest + each.step),
    items: wanted,
  };
  run.wishes.push(wish);
  return [wish];
}

function otherThan(wanted: ReserveCall["items"]): ReserveCall["items"] {
  return wanted.length > 0 ? wanted.slice(1) : [{ product: 0, quantity: 1 }];
}

/** Makes calls at once. Throws when no order of them explains what was heard. */
async function made(run: Run, inventory: Inventory, calls: readonly Call[]): Promise<void> {
  const heard = await Promise.all(calls.map((call) => inventory.apply(call)));
  const done = calls.map((call, at) => ({ call, heard: heard[at] ?? "" }));
  const lines = done.map((each) => `${callText(each.call)} -> ${each.heard}`);
  if (run.worlds.explain(done)) {
    run.told.push(lines.join(" | "));
    return;
  }
  const alone = run.worlds.expected(done);
  throw new Error(
    [
      ...run.told,
      "no order explains what was heard:",
      ...lines.map((line, at) => `  ${line}   (in this order: ${alone[at]})`),
    ].join("\n"),
  );
}
