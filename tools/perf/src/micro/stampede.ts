import { create, toBinary } from "@bufbuild/protobuf";
import { GetProductRequestSchema } from "@skyport/proto";
import { createWiretap, type Wiretap } from "@skyport/testing";
import { sendLoad, startGenerator } from "../peers/measure/loaded-side.ts";
import { measuringCores } from "../peers/process/place.ts";
import type { Program } from "../peers/process/program.ts";
import { GET_PRODUCT_PATH, grpcFrame } from "../peers/product.ts";
import { productId } from "../stage/keys.ts";
import { startServers } from "../stage/servers.ts";
import { openSql } from "../stage/sql.ts";
import type { Target } from "../targets/target.ts";
import { makeHotProduct } from "./hot-product.ts";
import { type MeasuredService, startService } from "./service.ts";

const INSTANCES = 4;
const GETS_AN_INSTANCE = 1_000;
const SESSIONS = 4;
/** Cold keys, one after the other, for each round of the budget. */
const KEYS_A_ROUND = 2;
const MOST_READS = 1;

interface Instance {
  readonly service: MeasuredService;
  readonly tap: Wiretap;
  readonly generator: Program;
}

/** How often an instance has read a product from the database, as told by what it has sent there. */
function readsOf({ tap }: Instance, id: string): number {
  return tap.executions.filter(
    ({ text, parameters }) => /from\s+products/i.test(text) && parameters.join().includes(id),
  ).length;
}

function stampede({ service, generator }: Instance, id: string): Promise<unknown> {
  const request = grpcFrame(toBinary(GetProductRequestSchema, create(GetProductRequestSchema, { id })));
  const order = {
    kind: "load",
    subject: { protocol: "grpc", port: service.port, path: GET_PRODUCT_PATH, requests: [request], answer: undefined },
    connections: SESSIONS,
    perConnection: GETS_AN_INSTANCE / SESSIONS,
    seconds: 0,
  } as const;
  return sendLoad(generator, order, service.program.name);
}

/** Everybody asks several instances for a product that none of them has cached, at the same moment. */
export const STAMPEDE: Target = {
  name: "database reads an instance, 4,000 gets of a cold key over 4 instances",
  wanted: `<= ${MOST_READS}`,
  async measure({ rounds }, progress) {
    await using opened = new AsyncDisposableStack();
    progress.show(0, "starting PostgreSQL, Redis and four product-svc");
    const { postgres, redis } = opened.use(await startServers(await measuringCores()));
    if (redis === undefined) {
      return { value: Number.NaN, met: undefined, noise: 0, detail: "not measured: this machine has no Redis" };
    }
    const databaseUrl = await postgres.createDatabase();
    const start = async (): Promise<Instance> => {
      const tap = opened.use(await createWiretap(databaseUrl));
      const env = { DATABASE_URL: tap.url, DATABASE_DIRECT_URL: databaseUrl, REDIS_URL: redis.url };
      const service = opened.use(await startService({ service: "product-svc", place: "anywhere", env }));
      return { service, tap, generator: opened.use(await startGenerator()) };
    };
    // The first one migrates.
    const first = await start();
    const instances = [first, ...(await Promise.all(Array.from({ length: INSTANCES - 1 }, start)))];
    const sql = opened.use(openSql(databaseUrl));
    const keys = rounds * KEYS_A_ROUND;
    await sql(`
      INSERT INTO products (id, title, passenger_capacity, maximum_speed, in_stock, revision)
      SELECT 'p-' || lpad(n::text, 9, '0'), 'Vessel', 1, 1, 1, nextval('revisions') FROM generate_series(1, ${keys}) n`);
    progress.show(0, "waiting until the cache keeps values");
    await makeHotProduct(first.service.url, sql);
    const reads: number[][] = [];
    for (let key = 1; key <= keys; key++) {
      progress.show((key - 1) / keys, `stampede ${key} of ${keys}`);
      for (const { tap } of instances) tap.clear();
      await Promise.all(instances.map((instance) => stampede(instance, productId(key))));
      reads.push(instances.map((instance) => readsOf(instance, productId(key))));
    }
    progress.show(1, "done");
    const value = Math.max(...reads.flat());
    const totals = reads.map((each) => each.reduce((sum, count) => sum + count, 0));
    const detail = `${keys} cold keys: at most ${value} by one instance, ${Math.max(...totals)} by all four together`;
    return { value, met: value <= MOST_READS, noise: 0, detail };
  },
};
