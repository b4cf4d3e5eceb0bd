import { randomBytes } from "node:crypto";
import { createWiretap } from "@skyport/testing";
import { JsonClient } from "../load/connect-json.ts";
import { httpRequest } from "../peers/load/http-answer.ts";
import type { Subject } from "../peers/load/load.ts";
import { sendLoad, startGenerator } from "../peers/measure/loaded-side.ts";
import { noiseBetween, type Round, type Side } from "../peers/measure/rounds.ts";
import { measuringCores } from "../peers/process/place.ts";
import { inTurns } from "../rounds/rounds.ts";
import { productId } from "../stage/keys.ts";
import { seedShop } from "../stage/seed.ts";
import { startServers } from "../stage/servers.ts";
import { openSql } from "../stage/sql.ts";
import type { Progress, Target } from "../targets/target.ts";
import { makeHotProduct } from "./hot-product.ts";
import { WirePool } from "./pool.ts";
import { asIf, type Identity, type Trips, transactionsOf } from "./recording.ts";
import { type MeasuredService, startService } from "./service.ts";
import { compared } from "./verdict.ts";

const AT_LEAST = 0.5;
const CLIENTS = 64;
/** A service's pool. */
const CONNECTIONS = 10;
const PRODUCTS = 10_000;
/** The product of the order that is recorded. */
const RECORDED = 4_321;
const CREATE_ORDER = "skyport.order.v1.OrderService/CreateOrder";
const WARM_UP_ORDERS = 3;

interface Databases {
  readonly order: string;
  readonly product: string;
}

/** One order's transactions: before the reservation, it, and after it. */
interface Recorded {
  readonly identity: Identity;
  readonly before: Trips;
  readonly reservation: Trips;
  readonly after: Trips;
}

interface Shop {
  readonly product: MeasuredService;
  readonly order: MeasuredService;
}

async function startShop(
  opened: AsyncDisposableStack,
  { product, order }: Databases,
  direct: Databases,
): Promise<Shop> {
  const start = async (service: "product-svc" | "order-svc", env: Readonly<Record<string, string>>) =>
    opened.use(await startService({ service, place: "anywhere", env }));
  const products = await start("product-svc", { DATABASE_URL: product, DATABASE_DIRECT_URL: direct.product });
  const env = { DATABASE_URL: order, DATABASE_DIRECT_URL: direct.order, PRODUCT_SVC_URL: products.url };
  return { product: products, order: await start("order-svc", env) };
}

const orderFor = (product: number) => ({ order: { lineItems: [{ productId: productId(product), quantity: 1 }] } });

/** Lets the services make one order, and listens to what they send to PostgreSQL. */
async function record(direct: Databases, fill: () => Promise<void>): Promise<Recorded> {
  await using opened = new AsyncDisposableStack();
  const taps = {
    order: opened.use(await createWiretap(direct.order)),
    product: opened.use(await createWiretap(direct.product)),
  };
  const { order } = await startShop(opened, { order: taps.order.url, product: taps.product.url }, direct);
  await fill();
  const client = opened.use(new JsonClient());
  for (let made = 0; made < WARM_UP_ORDERS; made++) await client.call(order.url, CREATE_ORDER, orderFor(1));
  for (const tap of Object.values(taps)) tap.clear();
  const answer = await client.call(order.url, CREATE_ORDER, orderFor(RECORDED));
  const orderId = /"id":"([0-9a-f-]{36})"/.exec(JSON.stringify(answer))?.[1];
  if (orderId === undefined) throw new Error(`CreateOrder gave no order: ${JSON.stringify(answer)}`);
  const identity = { orderId, productId: productId(RECORDED), productKey: RECORDED };
  const [before, after, ...more] = transactionsOf(taps.order.trips, identity);
  const [reservation, ...others] = transactionsOf(taps.product.trips, identity);
  if (before === undefined || after === undefined || reservation === undefined || more.length + others.length > 0) {
    throw new Error("an order is made by other transactions than two of its own and one for its reservation");
  }
  return { identity, before, reservation, after };
}

/** An id of version 7, made now. */
function newId(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = randomBytes(10).toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** No figures but the rate: the statements have no server of ours to look at. */
function rateOf(done: number, startedAt: number): Round {
  const perSecond = done / ((performance.now() - startedAt) / 1_000);
  return { perSecond, cpuMicros: Number.NaN, p50Ms: Number.NaN, p99Ms: Number.NaN, generatorCores: Number.NaN };
}

function bareSide(name: string, recorded: Recorded, orders: WirePool, products: WirePool): Side {
  const { identity, before, reservation, after } = recorded;
  const run = (pool: WirePool, trips: Trips): Promise<void> =>
    pool.use(async (client) => {
      for (const trip of trips) await client.trip(trip);
    });
  const createOne = async (): Promise<void> => {
    const product = 1 + Math.floor(Math.random() * PRODUCTS);
    const to = { orderId: newId(), productId: productId(product), productKey: product };
    await run(orders, asIf(before, identity, to));
    await run(products, asIf(reservation, identity, to));
    await run(orders, asIf(after, identity, to));
  };
  return {
    name,
    async run(seconds) {
      const start = performance.now();
      let done = 0;
      const client = async (): Promise<void> => {
        while (performance.now() - start < seconds * 1_000) {
          await createOne();
          done += 1;
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      return rateOf(done, start);
    },
  };
}

function callsOf(port: number): Subject {
  const requests = Array.from({ length: PRODUCTS }, (_, index) =>
    httpRequest("POST", `/${CREATE_ORDER}`, "application/json", Buffer.from(JSON.stringify(orderFor(index + 1)))),
  );
  return { protocol: "http", port, path: "", requests, answer: undefined };
}

async function oursSide(name: string, opened: AsyncDisposableStack, { order, product }: Shop): Promise<Side> {
  const generator = opened.use(await startGenerator());
  const subject = callsOf(order.port);
  const used = async (): Promise<number> => {
    const [one, other] = await Promise.all([order.program.usage(), product.program.usage()]);
    return one.cpuMicros + other.cpuMicros;
  };
  return {
    name,
    async run(seconds) {
      const before = await used();
      const load = { kind: "load", subject, connections: CLIENTS, perConnection: 1, seconds } as const;
      const { answers, seconds: took, p50Ms, p99Ms, cpuMicros } = await sendLoad(generator, load, name);
      const perAnswer = ((await used()) - before) / answers;
      return {
        perSecond: answers / took,
        cpuMicros: perAnswer,
        p50Ms,
        p99Ms,
        generatorCores: cpuMicros / (took * 1e6),
      };
    },
  };
}

async function open(opened: AsyncDisposableStack, progress: Progress): Promise<readonly Side[]> {
  progress.show(0, "starting PostgreSQL");
  const { postgres } = opened.use(await startServers(await measuringCores(), false));
  const direct = { order: await postgres.createDatabase(), product: await postgres.createDatabase() };
  const sql = { product: opened.use(openSql(direct.product)), order: opened.use(openSql(direct.order)) };
  const recorded = await record(direct, () => seedShop(sql, PRODUCTS, 0, progress));
  const shop = await startShop(opened, direct, direct);
  progress.show(0, "waiting until the cache keeps values");
  await makeHotProduct(shop.product.url, sql.product);
  const orders = opened.use(await WirePool.open(direct.order, CONNECTIONS));
  const products = opened.use(await WirePool.open(direct.product, CONNECTIONS));
  return [
    bareSide("bare", recorded, orders, products),
    await oursSide("CreateOrder", opened, shop),
    bareSide("bare, again", recorded, orders, products),
  ];
}

/**
 * CreateOrder through both services, beside its own statements, recorded on the wire and sent again for other orders by as
 * many clients over as many connections. Commits wait for the disk; nothing is pinned, since it is one machine for all.
 */
export const CREATE_ORDERS: Target = {
  name: "CreateOrder / its statements alone",
  wanted: `>= ${AT_LEAST.toFixed(2)}`,
  async measure(budget, progress) {
    await using opened = new AsyncDisposableStack();
    const sides = await open(opened, progress);
    const series = await inTurns(sides, budget, progress);
    const { ratio, text } = compared(series, "", "CreateOrder", "bare");
    const noise = noiseBetween(series, "bare", "bare, again");
    const detail = `${CLIENTS} clients, ${PRODUCTS} products: ${text.trim()}`;
    return { value: ratio.median, met: ratio.median >= AT_LEAST, noise, detail };
  },
};
