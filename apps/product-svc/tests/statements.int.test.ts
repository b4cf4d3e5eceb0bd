import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { InventoryService, type Product, ProductService } from "@skyport/proto";
import { createWiretap, documentedTrips, eventually, tripsOnceWarm, type Wiretap } from "@skyport/testing";
import { failureOf } from "./support/failure.ts";
import { createProduct, freshId, getProduct, uuidV7 } from "./support/fixtures.ts";
import { startService, type TestService } from "./support/service.ts";
import { tripsIn } from "./support/statement-names.ts";
import { overStores } from "./support/world.ts";

/** What a call is made with: a product and a reservation of its own, which the cache knows. */
interface Subject {
  readonly service: TestService;
  readonly product: Product;
  readonly reservationId: string;
}

/** The name of a call, the round trips that it makes, and the call. */
type Pin = readonly [string, readonly string[], (subject: Subject) => Promise<unknown>];

const PAGE = new URL("../../../docs/statements.md", import.meta.url);

const BEGIN = "begin + xid";
const CLAIM = "lock request + find answer";

const answered = { product: { id: freshId("answered"), title: "A ship" }, requestId: randomUUID() };
const reservation = ({ reservationId, product }: Subject, generation: number, quantity: number) => ({
  reservationId,
  generation,
  items: quantity === 0 ? [] : [{ productId: product.id, quantity }],
});

/** Every RPC, one round trip a line. */
const PINS: readonly Pin[] = [
  [
    "CreateProduct",
    [BEGIN, "lock id + insert product", "commit"],
    ({ service }) => service.products.createProduct({ product: { id: freshId(), title: "A ship" } }),
  ],
  [
    "CreateProduct with a request id",
    [BEGIN, CLAIM, "lock id + insert product", "keep answer", "commit"],
    ({ service }) =>
      service.products.createProduct({ product: { id: freshId(), title: "A ship" }, requestId: randomUUID() }),
  ],
  ["CreateProduct, a repeat", [BEGIN, CLAIM, "commit"], ({ service }) => service.products.createProduct(answered)],
  [
    "CreateProduct of an id that is taken",
    [BEGIN, "lock id + insert product", "rollback"],
    ({ service, product }) => failureOf(service.products.createProduct({ product: { id: product.id, title: "A" } })),
  ],
  ["GetProduct, cached", [], ({ service, product }) => service.products.getProduct({ id: product.id })],
  [
    "GetProduct, not cached",
    ["find products"],
    ({ service }) => failureOf(service.products.getProduct({ id: freshId() })),
  ],
  [
    "BatchGetProducts, all cached",
    [],
    ({ service, product }) => service.products.batchGetProducts({ ids: [product.id] }),
  ],
  [
    "BatchGetProducts, 99 of 100 not cached",
    ["find products"],
    ({ service, product }) =>
      service.products.batchGetProducts({ ids: [product.id, ...Array.from({ length: 99 }, () => freshId())] }),
  ],
  ["ListProducts", ["list products"], ({ service }) => service.products.listProducts({ pageSize: 10 })],
  [
    "UpdateProduct",
    [BEGIN, "update product", "commit"],
    ({ service, product }) => service.products.updateProduct({ product: { id: product.id, title: "A boat" } }),
  ],
  [
    "UpdateProduct at another etag",
    [BEGIN, "update product", "find products", "rollback"],
    ({ service, product: { id } }) =>
      failureOf(service.products.updateProduct({ product: { id, title: "A boat", etag: "1" } })),
  ],
  [
    "DeleteProduct",
    [BEGIN, "lock id + delete product", "commit"],
    ({ service, product }) => service.products.deleteProduct({ id: product.id }),
  ],
  [
    "AdjustStock",
    [BEGIN, "adjust stock", "commit"],
    ({ service, product }) => service.inventory.adjustStock({ productId: product.id, delta: 1 }),
  ],
  [
    "AdjustStock with a request id",
    [BEGIN, CLAIM, "adjust stock", "keep answer", "commit"],
    ({ service, product }) =>
      service.inventory.adjustStock({ productId: product.id, delta: 1, requestId: randomUUID() }),
  ],
  [
    "AdjustStock below zero",
    [BEGIN, "adjust stock", "find products", "rollback"],
    ({ service, product }) => failureOf(service.inventory.adjustStock({ productId: product.id, delta: -1_000 })),
  ],
  [
    "SetReservation, the first",
    [`${BEGIN} + lock reservations`, "lock products", "write decisions + commit"],
    (subject) => subject.service.inventory.setReservation({ ...reservation(subject, 1, 1), reservationId: uuidV7() }),
  ],
  [
    "SetReservation, a change",
    [`${BEGIN} + lock reservations`, "lock products", "write decisions + commit"],
    (subject) => subject.service.inventory.setReservation(reservation(subject, 2, 2)),
  ],
  [
    "SetReservation, a release",
    [`${BEGIN} + lock reservations`, "lock products", "write decisions + commit"],
    (subject) => subject.service.inventory.setReservation(reservation(subject, 2, 0)),
  ],
  [
    "SetReservation, a repeat",
    [`${BEGIN} + lock reservations`, "find moved products", "commit"],
    (subject) => subject.service.inventory.setReservation(reservation(subject, 1, 1)),
  ],
  [
    "SetReservation of more than there is",
    [`${BEGIN} + lock reservations`, "lock products", "write decisions + commit"],
    (subject) => failureOf(subject.service.inventory.setReservation(reservation(subject, 2, 10_000))),
  ],
  [
    "SetReservation of a product that is missing",
    [`${BEGIN} + lock reservations`, "lock products", "lock products", "write decisions + commit"],
    ({ service }) =>
      failureOf(
        service.inventory.setReservation({
          reservationId: uuidV7(),
          generation: 1,
          items: [{ productId: freshId(), quantity: 1 }],
        }),
      ),
  ],
  [
    "GetReservation",
    ["find reservation"],
    ({ service, reservationId }) => service.inventory.getReservation({ reservationId }),
  ],
  ["ListReservations", ["list reservations"], ({ service }) => service.inventory.listReservations({ pageSize: 10 })],
  ["AuditStock, products", ["audit products"], ({ service }) => service.inventory.auditStock({ pageSize: 10 })],
  [
    "AuditStock, reservations",
    ["audit products", "audit reservations"],
    async ({ service }) => {
      const { nextPageToken } = await service.inventory.auditStock({ pageSize: 1_000 });
      return service.inventory.auditStock({ pageToken: nextPageToken, pageSize: 10 });
    },
  ],
];

test("every RPC is pinned", () => {
  const methods = [...ProductService.methods, ...InventoryService.methods].map(({ name }) => name);
  const pinned = PINS.map(([name]) => name.split(/[ ,]/, 1)[0]);
  expect([...new Set(pinned)].sort()).toEqual(methods.sort());
});

test("docs/statements.md tells the same", async () => {
  expect(await documentedTrips(PAGE, "product-svc")).toEqual(PINS.map(([name, trips]) => [name, ...trips]));
});

overStores((scene) => {
  let tap: Wiretap;
  let service: TestService;

  beforeAll(async () => {
    tap = await createWiretap(scene.databaseUrl);
    const { redisUrl } = scene;
    // Only one process may cache in itself.
    await scene.service[Symbol.asyncDispose]();
    service = await startService({ databaseUrl: tap.url, databaseDirectUrl: scene.databaseUrl, redisUrl });
    await service.products.createProduct(answered);
    await holdsValues();
    // Connections are made and statements prepared before anything is counted.
    for (const [, , call] of PINS) await call(await subject());
  }, 60_000);
  afterAll(async () => {
    expect(service.internalErrors).toEqual([]);
    await service[Symbol.asyncDispose]();
    await tap[Symbol.asyncDispose]();
  });

  /** A store that starts empty holds no values for a few seconds. */
  async function holdsValues(): Promise<void> {
    const { id } = await createProduct(service);
    await eventually(
      async () => {
        tap.clear();
        await getProduct(service, id);
        return tripsIn(tap).length === 0;
      },
      { withinMs: 30_000, everyMs: 100 },
    );
  }

  async function subject(): Promise<Subject> {
    const product = await createProduct(service, { inStock: 10 });
    const made = { service, product, reservationId: uuidV7() };
    await service.inventory.setReservation(reservation(made, 1, 1));
    return made;
  }

  test.each(PINS)("%s: %p", async (_, expected, call) => {
    const trips = await tripsOnceWarm(expected, async () => {
      const made = await subject();
      tap.clear();
      await call(made);
      return tripsIn(tap);
    });
    expect(trips).toEqual(expected);
  });
});
