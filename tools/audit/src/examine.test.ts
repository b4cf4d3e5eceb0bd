import { describe, expect, test } from "@jest/globals";
import { anIntention, anOrder, aReservation } from "../tests/support/seen.ts";
import { examine } from "./examine.ts";
import type { Reader } from "./reader.ts";
import type { IntentionSeen, OrderSeen, ReservationSeen } from "./seen.ts";

/** What is there in one look. */
interface Scene {
  readonly order?: OrderSeen;
  readonly reservation?: ReservationSeen;
  readonly intention?: IntentionSeen;
}

/** Examines one order that is found as told, look by look; the last scene stays. */
async function examined(...scenes: readonly Scene[]) {
  const pauses: number[] = [];
  const scene = (): Scene => scenes[Math.min(pauses.length, scenes.length - 1)] ?? {};
  const reader: Reader = {
    order: async () => scene().order,
    reservation: async () => scene().reservation,
    async *openIntentions() {
      const { intention } = scene();
      if (intention !== undefined) yield intention;
    },
  };
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
  };
  const { findings, unsettled } = await examine(reader, [{ id: "x", createTime: undefined }], { pause });
  return { kinds: findings.map((finding) => finding.kind), unsettled, looks: pauses.length + 1 };
}

const sound: Scene = { order: anOrder("x"), reservation: aReservation("x") };
const missing: Scene = { order: anOrder("x") };
const changed: Scene = { order: anOrder("x", { etag: "2" }) };
const inFlight: Scene = { ...missing, intention: anIntention("x") };

describe("a suspect", () => {
  test("that is consistent is settled by one look", async () => {
    expect(await examined(sound)).toEqual({ kinds: [], unsettled: 0, looks: 1 });
  });

  test("counts as damaged after two looks that saw the same", async () => {
    expect(await examined(missing)).toEqual({ kinds: ["MISSING_RESERVATION"], unsettled: 0, looks: 2 });
  });

  test("that was late only is settled by the second look", async () => {
    expect(await examined(missing, sound)).toEqual({ kinds: [], unsettled: 0, looks: 2 });
  });

  test("that was damaged in another way, or looked sound in between, is looked at further", async () => {
    expect(await examined(missing, changed)).toMatchObject({ kinds: ["MISSING_RESERVATION"], looks: 3 });
    expect(await examined(missing, inFlight, missing)).toMatchObject({ kinds: ["MISSING_RESERVATION"], looks: 4 });
  });

  test("whose change stays open is left unsettled after six looks", async () => {
    expect(await examined(inFlight)).toEqual({ kinds: [], unsettled: 1, looks: 6 });
  });

  test("that the recovery loop is at is left at once", async () => {
    const overdue = { ...missing, intention: anIntention("x", { attempts: 2 }) };
    expect(await examined(overdue)).toEqual({ kinds: [], unsettled: 1, looks: 1 });
  });

  test("that is damaged in the last look for the first time is not called damaged", async () => {
    const five = Array.from({ length: 5 }, () => inFlight);
    expect(await examined(...five, missing)).toEqual({ kinds: [], unsettled: 1, looks: 6 });
  });
});
