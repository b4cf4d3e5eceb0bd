import { createWriter } from "@skyport/cache";
import { noRow, type Session, type Statement, sqlStatement } from "@skyport/db";
import { sql } from "drizzle-orm";
import { type ProductRow, toProduct } from "../../src/repositories/product-row.ts";
import { reserve } from "../../src/reserve.ts";
import { Reserver } from "../../src/reserver.ts";
import type { Design } from "./design.ts";
import { decideReservation, lockAndMove, lockReservation, logReservation } from "./previous.ts";
import { insertReservation, lockProduct, readProduct, reserveAtOnce, takeOne } from "./rows.ts";
import type { Stage } from "./stage.ts";

const generation = 1;
const wishFor = (id: string, productId: string) => ({ id, generation, items: [{ productId, quantity: 1 }] });

function moved({ toVersioned }: Stage, [row]: readonly ProductRow[]) {
  if (row === undefined) throw new Error("nothing was moved");
  return toVersioned(toProduct(row));
}

/** What the service does: what waits for the same product is decided together. */
const together: Design = {
  name: "together",
  on: (stage) => {
    const reserver = new Reserver(stage);
    return async (id, productId, deadline) => {
      await reserver.reserve(wishFor(id, productId), deadline);
    };
  },
};

/** The same transaction, for each wish alone. */
const alone: Design = {
  name: "each alone",
  on: (stage) => async (id, productId, deadline) => {
    await reserve(stage, [wishFor(id, productId)], deadline);
  },
};

/** The service's first design: one statement locks, decides and moves; the reservation is written after it. */
const oneMove: Design = {
  name: "one move",
  on: (stage) => (id, productId, deadline) =>
    stage.writer.write(deadline, async (tx, intents) => {
      await tx.run(lockReservation, { id });
      await intents.take(stage.products.key(productId));
      const wish = [{ id: productId, wanted: 1, held_key: null, held: 0 }];
      const rows = await tx.run(lockAndMove, { id, wish: JSON.stringify(wish) });
      intents.offer(stage.products, productId, moved(stage, rows));
      const items = rows.map(({ key }) => ({ productId, productKey: key.toString(), quantity: 1 }));
      const decisions = [{ generation, fingerprint: productId }];
      await Promise.all([
        tx.run(decideReservation, { id, items: JSON.stringify(items), decisions: JSON.stringify(decisions) }),
        tx.run(logReservation, { id }),
      ]);
    }),
};

/** The product's row is locked first, then everything is written, a round trip a step. */
const lockedFirst: Design = {
  name: "lock first",
  on: (stage) => (id, productId, deadline) =>
    stage.writer.write(deadline, async (tx, intents) => {
      await intents.take(stage.products.key(productId));
      await tx.run(lockProduct, { productId });
      await tx.run(insertReservation, { id, productId });
      const rows = await tx.run(takeOne, { id, productId, revision: null });
      intents.offer(stage.products, productId, moved(stage, rows));
    }),
};

const MANY_TRIES = 1_000;

/** The revision that was read is the condition of the write; when it has changed, all is begun again. */
const optimistic: Design = {
  name: "optimistic",
  on: (stage) => async (id, productId, deadline) => {
    for (let tries = 0; tries < MANY_TRIES; tries++) {
      const done = await stage.writer.write(deadline, async (tx, intents) => {
        await intents.take(stage.products.key(productId));
        const [seen] = await tx.run(readProduct, { productId });
        const rows = await tx.run(takeOne, { id, productId, revision: seen?.revision ?? null });
        if (rows.length === 0) return false;
        await tx.run(insertReservation, { id, productId });
        intents.offer(stage.products, productId, moved(stage, rows));
        return true;
      });
      if (done) return;
    }
    throw new Error("never the same revision twice");
  },
};

const begin = sqlStatement<Record<string, never>, void>(sql`begin`, noRow);
const drawId = sqlStatement<Record<string, never>, void>(sql`select pg_current_xact_id()`, noRow);
const commit = sqlStatement<Record<string, never>, void>(sql`commit`, noRow);

/** A session whose last statement travels with the COMMIT behind it: no round trip while its locks are held. */
interface LastWithCommit extends Session {
  last<P extends Record<string, unknown>, R>(statement: Statement<P, R>, parameters: P): Promise<R>;
}

/** The reservation first, the product's row last, and COMMIT right behind. */
const updateLast: Design = {
  name: "update last",
  on: (stage) => {
    const { cache, database, products } = stage;
    const writer = createWriter<LastWithCommit>(cache, {
      transaction: ({ deadline, onOutcome }, body) =>
        database.read(deadline, async (session) => {
          await Promise.all([session.run(begin, {}), session.run(drawId, {})]);
          const result = await body({
            run: (statement, parameters) => session.run(statement, parameters),
            last: async (statement, parameters) => {
              const [last] = await Promise.all([session.run(statement, parameters), session.run(commit, {})]);
              return last;
            },
          });
          await onOutcome("committed");
          return result;
        }),
    });
    return (id, productId, deadline) =>
      writer.write(deadline, async (tx, intents) => {
        await tx.run(insertReservation, { id, productId });
        await intents.take(products.key(productId));
        const rows = await tx.last(takeOne, { id, productId, revision: null });
        intents.offer(products, productId, moved(stage, rows));
      });
  },
};

/** One statement, committed by itself. Its outcome cannot be asked for when the answer is lost. */
const oneStatement: Design = {
  name: "one statement",
  on: (stage) => {
    const { cache, database, products } = stage;
    const writer = createWriter<Session>(cache, {
      transaction: async ({ deadline, onOutcome }, body) => {
        const result = await database.read(deadline, body);
        await onOutcome("committed");
        return result;
      },
    });
    return (id, productId, deadline) =>
      writer.write(deadline, async (session, intents) => {
        await intents.take(products.key(productId));
        const rows = await session.run(reserveAtOnce, { id, productId });
        intents.offer(products, productId, moved(stage, rows));
      });
  },
};

/** What is compared, the service's own first. */
export const designs: readonly Design[] = [together, alone, oneMove, lockedFirst, optimistic, updateLast, oneStatement];
