import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWiretap, eventually, sharedPostgres, tripsOnceWarm, type Wiretap } from "@skyport/testing";
import { Agent, type Dispatcher, interceptors, request } from "undici";
import { migratedTemplate } from "./support/database.ts";
import { createProduct } from "./support/fixtures.ts";
import { startService, type TestService } from "./support/service.ts";
import { tripsIn } from "./support/statement-names.ts";

const resources = new AsyncDisposableStack();
let service: TestService;
let tap: Wiretap;
/** What went over the wire, behind the caller's cache. */
const statuses: number[] = [];
let caching: Dispatcher;

beforeAll(async () => {
  const postgres = resources.use(await sharedPostgres());
  const databaseUrl = await postgres.createDatabase({ template: await migratedTemplate() });
  tap = resources.use(await createWiretap(databaseUrl));
  service = resources.use(await startService({ databaseUrl: tap.url, databaseDirectUrl: databaseUrl }));
  const agent = new Agent();
  resources.defer(() => agent.close());
  caching = agent.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onResponseStart(controller, status, headers, message) {
          statuses.push(status);
          handler.onResponseStart?.(controller, status, headers, message);
        },
        onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
        onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
        onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      }),
    interceptors.cache({ type: "private" }),
  );
});

afterAll(() => resources.disposeAsync());

/**
 * A GET by a client that caches as a browser does. (It forgets an answer after each 304, so that only every other read
 * of the same thing is a question whether that still stands.)
 */
async function get(method: string, message: unknown): Promise<unknown> {
  const query = new URLSearchParams({ connect: "v1", encoding: "json", message: JSON.stringify(message) });
  const url = `${service.url}/skyport.product.v1.ProductService/${method}?${query}`;
  const { body } = await request(url, { dispatcher: caching });
  return body.json();
}

/** What a call sends over the wire, and its round trips to the database. */
async function costOf(
  call: () => Promise<unknown>,
): Promise<{ statuses: readonly number[]; trips: readonly string[] }> {
  statuses.length = 0;
  tap.clear();
  await call();
  return { statuses: [...statuses], trips: tripsIn(tap) };
}

/** Right after its start a service caches nothing. */
const untilCached = (read: () => Promise<unknown>) =>
  eventually(async () => (await costOf(read)).trips.length === 0, { withinMs: 20_000, everyMs: 50 });

describe("a client with an HTTP cache", () => {
  test("asks whether its product still stands, which costs neither a body nor a statement", async () => {
    const { id } = await createProduct(service);
    const read = () => get("GetProduct", { id });
    await untilCached(read);
    const held = await read();
    const readTwice = () =>
      costOf(async () => {
        for (let time = 0; time < 2; time++) expect(await read()).toEqual(held);
      });
    // The service's upkeep uses the same connections: they are read again when it came between.
    const trips = await tripsOnceWarm([], async () => {
      const cost = await readTwice();
      expect(cost.statuses).toContain(304);
      return cost.trips;
    });
    expect(trips).toEqual([]);
  });

  test("gets the new one at once when it was changed", async () => {
    const { id } = await createProduct(service);
    const read = () => get("GetProduct", { id });
    await untilCached(read);
    for (const title of ["A new ship", "A newer ship"]) {
      await service.products.updateProduct({ product: { id, title } });
      const { statuses: seen } = await costOf(async () => expect(await read()).toMatchObject({ product: { title } }));
      expect(seen).toEqual([200]);
    }
  });

  test("does not take the product before for the one that was created after it was deleted", async () => {
    const { id } = await createProduct(service);
    const read = () => get("GetProduct", { id });
    await read();
    await service.products.deleteProduct({ id });
    expect(await read()).toMatchObject({ code: "not_found" });
    await createProduct(service, { id, title: "Another one" });
    expect(await read()).toMatchObject({ product: { title: "Another one" } });
  });

  test("a batch stands until one of its products changes, comes or goes", async () => {
    const [a, b] = [await createProduct(service), await createProduct(service)];
    const missing = `${a.id}-missing`;
    const read = () => get("BatchGetProducts", { ids: [a.id, b.id, missing] });
    const cost = async () => (await costOf(read)).statuses;
    await untilCached(read);
    expect([...(await cost()), ...(await cost())]).toContain(304);
    await service.products.updateProduct({ product: { id: b.id, title: "changed" } });
    expect(await cost()).toEqual([200]);
    await createProduct(service, { id: missing });
    expect(await cost()).toEqual([200]);
    await service.products.deleteProduct({ id: a.id });
    expect(await cost()).toEqual([200]);
    expect(await read()).toMatchObject({ products: [{ id: b.id }, { id: missing }], missingIds: [a.id] });
  });
});
