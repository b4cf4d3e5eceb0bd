import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { expect, test } from "@jest/globals";
import { InventoryService } from "@skyport/proto";
import { auditAll } from "./support/audit-all.ts";
import { failureOf } from "./support/failure.ts";
import { createProduct, stockOf, uuidV7 } from "./support/fixtures.ts";
import { overStores } from "./support/world.ts";

const CLIENTS = 200;
const UNITS = 100;

overStores((scene) => {
  test(`${CLIENTS} clients race for ${UNITS} units, over Connect and gRPC, and repeat themselves`, async () => {
    const { id: productId } = await createProduct(scene, { inStock: UNITS });
    const sessionManager = new Http2SessionManager(scene.url);
    const grpc = createClient(InventoryService, createGrpcTransport({ baseUrl: scene.url, sessionManager }));
    const outcomes = await Promise.all(
      Array.from({ length: CLIENTS }, async (_, client) => {
        const inventory = client % 2 === 0 ? scene.inventory : grpc;
        const wish = { reservationId: uuidV7(), generation: 1, items: [{ productId, quantity: 1 }] };
        const ask = () => outcomeOf(() => inventory.setReservation(wish));
        const heard = await Promise.all(Array.from({ length: 1 + (client % 3) }, ask));
        expect(new Set([...heard, await ask()]).size).toBe(1);
        return heard[0];
      }),
    );
    sessionManager.abort();
    const refused = `OUT_OF_STOCK, OUT_OF_STOCK products/${productId}: 1 wanted, 0 left`;
    expect(outcomes.filter((outcome) => outcome === "held")).toHaveLength(UNITS);
    expect(outcomes.filter((outcome) => outcome === refused)).toHaveLength(CLIENTS - UNITS);
    expect(await stockOf(scene, productId)).toBe(0);
    expect((await auditAll(scene)).discrepancies).toEqual([]);
  });
});

/** What becomes of a wish in the end: it is made again while that may help. */
async function outcomeOf(ask: () => Promise<unknown>): Promise<string | undefined> {
  for (;;) {
    const call = ask();
    const failure = await call.then(
      () => undefined,
      () => failureOf(call),
    );
    if (failure === undefined) return "held";
    if (!failure.hasRetry && failure.reason !== "DEADLINE_EXCEEDED") {
      return [failure.reason, ...failure.preconditions].join(", ");
    }
  }
}
