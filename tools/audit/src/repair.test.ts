import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema, InventoryService, OrderState, type SetReservationRequest } from "@skyport/proto";
import { anIntention, anOrder, aReservation } from "../tests/support/seen.ts";
import type { Finding } from "./finding.ts";
import { judge } from "./judge.ts";
import { peerOf } from "./peer.ts";
import type { Reader } from "./reader.ts";
import { repair } from "./repair.ts";
import type { IntentionSeen, OrderSeen, ReservationSeen } from "./seen.ts";

const NOW = Date.UTC(2026, 10, 23);
const HOUR = 3_600_000;

function idMadeAt(ms: number): string {
  const time = ms.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7abc-8def-0123456789ab`;
}

const OLD = idMadeAt(NOW - HOUR);

interface Scene {
  readonly id?: string;
  readonly reservation?: ReservationSeen;
  readonly order?: OrderSeen;
  readonly intention?: IntentionSeen;
  readonly apply?: boolean;
  /** What SetReservation fails with. */
  readonly error?: ConnectError;
  /** What it answers that is still held. */
  readonly left?: number;
}

/** An orphan was found; then this is what is there. */
async function repaired({ id = OLD, apply = true, error, left, ...scene }: Scene = {}) {
  const asked: Pick<SetReservationRequest, "reservationId" | "generation" | "items">[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(InventoryService, {
      setReservation: ({ reservationId, generation, items }) => {
        asked.push({ reservationId, generation, items });
        if (error !== undefined) throw error;
        const held = left === undefined ? [] : [{ productId: "ship", quantity: left }];
        return { reservation: { id: reservationId, generation, items: held } };
      },
    });
  });
  const client = createClient(InventoryService, transport);
  const product = peerOf({ name: "product-svc", url: "here", client }, {});
  const { reservation = aReservation(id, { ship: 2 }, 3), order, intention } = scene;
  const reader: Reader = {
    order: async () => order,
    reservation: async () => reservation,
    async *openIntentions() {
      if (intention !== undefined) yield intention;
    },
  };
  const [done] = await repair({ product, reader }, orphan(id, order), { apply, olderThanMs: 600_000 }, () => NOW);
  return { outcome: done?.outcome, text: done?.text, asked };
}

/** What an audit has found before, with the order as it is now: ListOrders may never have known it. */
function orphan(id: string, order: OrderSeen | undefined): readonly Finding[] {
  const isOrphan = order === undefined || !order.isListed || order.state === OrderState.CANCELLED;
  const seen = isOrphan ? order : undefined;
  const look = { id, before: seen, after: seen, reservation: aReservation(id, { ship: 2 }, 3) };
  const verdict = judge({ ...look, intentionBefore: undefined, intentionAfter: undefined });
  return verdict.kind === "damaged" ? verdict.findings : [];
}

describe("an orphan", () => {
  test("is released by the next generation, with no items", async () => {
    expect(await repaired()).toMatchObject({
      outcome: "released",
      asked: [{ reservationId: OLD, generation: 4, items: [] }],
    });
  });

  test("of a cancelled order too", async () => {
    const order = anOrder(OLD, { state: OrderState.CANCELLED });
    expect(await repaired({ order })).toMatchObject({ outcome: "released" });
  });

  test("is left alone without --yes", async () => {
    expect(await repaired({ apply: false })).toEqual({
      outcome: "would_release",
      text: "by generation 4, with no items",
      asked: [],
    });
  });

  test.each<[string, Scene, string]>([
    ["young", { id: idMadeAt(NOW - 599_000) }, "its order was made 10 min ago"],
    ["of the future", { id: idMadeAt(NOW + HOUR) }, "its order was made 0 s ago"],
    ["of unknown age", { id: "919108f7-52d1-4320-9bac-f847db4148a8" }, "its id does not tell its age"],
    ["about to be settled", { intention: anIntention(OLD) }, "an intention of its order is open"],
    ["late, however late", { intention: anIntention(OLD, { attempts: 99 }) }, "an intention of its order is open"],
    ["released by now", { reservation: aReservation(OLD, {}, 4) }, "it has changed"],
    ["in another generation by now", { reservation: aReservation(OLD, { ship: 2 }, 4) }, "it has changed"],
    ["holding something else by now", { reservation: aReservation(OLD, { ship: 3 }, 3) }, "it has changed"],
    ["not one: its order is there", { order: anOrder(OLD, { lines: { ship: 2 } }) }, "it has changed"],
    ["not one: its order differs", { order: anOrder(OLD, { lines: { ship: 9 } }) }, "it has changed"],
    [
      "one that GetOrder contradicts",
      { order: anOrder(OLD, { isListed: false }) },
      "GetOrder still answers with its order",
    ],
  ])("is kept when it is %s", async (_, scene, text) => {
    expect(await repaired(scene)).toEqual({ outcome: "kept", text, asked: [] });
  });

  test("is kept when somebody else decided its next generation in this moment", async () => {
    const info = { desc: ErrorInfoSchema, value: { reason: "REQUEST_ID_REUSED", domain: "skyport" } };
    const error = new ConnectError("decided", Code.InvalidArgument, undefined, [info]);
    expect(await repaired({ error })).toMatchObject({ outcome: "kept", text: "it has changed" });
    expect(await repaired({ left: 1 })).toMatchObject({ outcome: "kept", text: "it has changed" });
  });

  test("is no repair when the service fails", async () => {
    const error = new ConnectError("broken", Code.PermissionDenied);
    await expect(repaired({ error })).rejects.toThrow("product-svc at here does not answer as it should");
  });
});
