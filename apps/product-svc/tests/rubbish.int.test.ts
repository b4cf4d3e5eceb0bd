import { type DescMessage, type DescMethod, type DescMethodUnary, fromJsonString, toBinary } from "@bufbuild/protobuf";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { InventoryService, ProductService } from "@skyport/proto";
import { seed } from "@skyport/testing";
import fc from "fast-check";
import { createProduct, freshId, getProduct, uuidV7 } from "./support/fixtures.ts";
import { type Familiar, rubbishBytes, rubbishJson } from "./support/rubbish.ts";
import { overStores } from "./support/world.ts";

const METHODS = [...ProductService.methods, ...InventoryService.methods].filter(isUnary);

const RUNS = Number(process.env["RUBBISH_RUNS"] ?? 25);
const AT_ONCE = 10;

/** Codes that tell of a mistake of the service. */
const NEVER = ["internal", "unknown", "data_loss", "unimplemented", "unavailable", "deadline_exceeded", "canceled"];

overStores((scene, store) => {
  const random = { seed: seed() + (store === "redis" ? 0 : 1), numRuns: RUNS };
  let familiar: Familiar;

  const stocked = [freshId(), freshId()];

  /** Some of the rubbish makes sense, and removes them. */
  beforeEach(async () => {
    const { missingIds } = await scene.products.batchGetProducts({ ids: stocked });
    for (const id of missingIds) await createProduct(scene, { id, inStock: 1000 });
  });

  beforeAll(async () => {
    const made = await Promise.all(stocked.map((id) => createProduct(scene, { id, inStock: 1000 })));
    const reservationIds = Array.from({ length: 3 }, () => uuidV7());
    for (const [i, reservationId] of reservationIds.slice(1).entries()) {
      const items = made.map(({ id }) => ({ productId: id, quantity: 1 }));
      await scene.inventory.setReservation({ reservationId, generation: i + 1, items });
    }
    familiar = {
      productIds: [...stocked, freshId(), freshId()],
      reservationIds,
      etags: ["", ...made.map(({ etag }) => etag)],
      tokens: [
        "",
        (await scene.products.listProducts({ pageSize: 1 })).nextPageToken,
        (await scene.inventory.listReservations({ pageSize: 1 })).nextPageToken,
        (await scene.inventory.auditStock({ pageSize: 1 })).nextPageToken,
      ],
      requestIds: ["", crypto.randomUUID(), crypto.randomUUID()],
    };
  });

  /** What is wrong with the answer, if anything. */
  async function complaint(method: DescMethodUnary, type: string, body: string | Uint8Array): Promise<string[]> {
    const response = await fetch(`${scene.url}/${method.parent.typeName}/${method.name}`, {
      method: "POST",
      headers: { "content-type": type, "connect-timeout-ms": "10000" },
      body: typeof body === "string" ? body : Buffer.from(body),
    });
    const answer = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return [];
    const text = new TextDecoder().decode(answer);
    const error: { code?: string; details?: { debug?: { reason?: string } }[] } = JSON.parse(text);
    const reasoned = error.details?.some(({ debug }) => debug?.reason !== undefined) ?? false;
    if (reasoned && !NEVER.includes(error.code ?? "unknown")) return [];
    const sent = typeof body === "string" ? body : Buffer.from(body).toString("hex");
    return [`${method.name} ${type} ${sent.slice(0, 1000)} -> ${text.slice(0, 500)}`];
  }

  async function complaints(method: DescMethodUnary, type: string, bodies: readonly (string | Uint8Array)[]) {
    const found: string[] = [];
    for (let at = 0; at < bodies.length; at += AT_ONCE) {
      const batch = bodies.slice(at, at + AT_ONCE).map((body) => complaint(method, type, body));
      found.push(...(await Promise.all(batch)).flat());
    }
    return found;
  }

  describe.each(METHODS.map((method) => [method.name, method] as const))("%s answers rubbish", (_, method) => {
    test("in JSON", async () => {
      const bodies = fc.sample(rubbishJson(method.input, familiar), random).map((value) => JSON.stringify(value) ?? "");
      expect(await complaints(method, "application/json", bodies)).toEqual([]);
    });

    test("in protobuf of the right shape", async () => {
      const bodies = fc.sample(rubbishJson(method.input, familiar), random).flatMap((value) => {
        const bytes = encodedBy(method.input, value);
        return bytes === undefined ? [] : [bytes];
      });
      expect(await complaints(method, "application/proto", bodies)).toEqual([]);
    });

    test("in any bytes", async () => {
      expect(await complaints(method, "application/proto", fc.sample(rubbishBytes, random))).toEqual([]);
      expect(await complaints(method, "application/json", fc.sample(rubbishBytes, random))).toEqual([]);
    });
  });

  test("and goes on working", async () => {
    const made = await createProduct(scene);
    expect(await getProduct(scene, made.id)).toEqual(made);
  });
});

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

/** The message in binary, where its JSON can be read at all. */
function encodedBy(message: DescMessage, value: unknown): Uint8Array | undefined {
  try {
    return toBinary(message, fromJsonString(message, JSON.stringify(value) ?? ""));
  } catch {
    return undefined;
  }
}
