import { expect, test } from "@jest/globals";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { callText } from "./support/model/call.ts";
import { commands, RESERVATIONS, type Run } from "./support/model/commands.ts";
import { Inventory } from "./support/model/inventory.ts";
import { InventoryModel } from "./support/model/inventory-model.ts";
import { Worlds } from "./support/model/worlds.ts";
import { startService } from "./support/service.ts";
import { overStores } from "./support/world.ts";

/** How long to look for a counterexample, for each store. `BUDGET_MS=600000` looks for ten minutes. */
const BUDGET_MS = Number(process.env["BUDGET_MS"] ?? 4_000);
/** What making a counterexample small may take on top; then the smallest so far has to do. */
const SHRINKING_MS = 60_000;
const SLACK_MS = 30_000;

const AGELESS = new Set([RESERVATIONS - 1]);

overStores((scene, store) => {
  test(
    "whatever is called, alone or at once, in some order a plain model gives the same answers",
    async () => {
      const end = performance.now() + BUDGET_MS;
      const first = seed();
      let runs = 0;
      let calls = 0;
      await using second =
        store === "redis"
          ? await startService({ databaseUrl: scene.databaseUrl, redisUrl: scene.redisUrl })
          : undefined;
      const instances = second === undefined ? [scene] : [scene, second];
      const property = fc.asyncProperty(commands, async (sequence) => {
        const ageless = Array.from({ length: RESERVATIONS }, (_, slot) => AGELESS.has(slot));
        const inventory = await Inventory.empty(instances, scene.sql, ageless);
        const run: Run = { worlds: new Worlds(new InventoryModel(AGELESS)), wishes: [], told: [] };
        await fc.asyncModelRun(() => ({ model: run, real: inventory }), sequence);
        await expectAgreement(run, inventory);
        expect(second?.internalErrors ?? []).toEqual([]);
        runs++;
        calls += run.told.length;
      });
      for (let round = 0; round === 0 || performance.now() < end; round++) {
        const interruptAfterTimeLimit = end - performance.now() + SHRINKING_MS;
        await fc.assert(property, {
          seed: first + round,
          numRuns: 1,
          interruptAfterTimeLimit,
          markInterruptAsFailure: true,
        });
      }
      process.stderr.write(`model, ${store}: ${runs} runs, ${calls} steps\n`);
    },
    BUDGET_MS + SHRINKING_MS + SLACK_MS,
  );
});

/** At the end of a run: every reservation, the ledger row by row, and the audit. */
async function expectAgreement(run: Run, inventory: Inventory): Promise<void> {
  const looks = Array.from({ length: RESERVATIONS }, (_, reservation) => ({ kind: "look", reservation }) as const);
  for (const call of [...looks, { kind: "audit" } as const]) {
    const heard = await inventory.apply(call);
    if (run.worlds.explain([{ call, heard }])) continue;
    throw new Error([...run.told, `at the end: ${callText(call)} -> ${heard}`].join("\n"));
  }
  const ledger = await inventory.ledger();
  const ledgers = run.worlds.possible.map((world) => world.ledger);
  if (ledgers.some((expected) => JSON.stringify(expected) === JSON.stringify(ledger))) return;
  throw new Error([...run.told, "the ledger differs:"].join("\n"), { cause: expect(ledger).toEqual(ledgers[0]) });
}
