import { setTimeout as sleep } from "node:timers/promises";
import { createLink, eventually, freePort, type Link, type TestRedis } from "@skyport/testing";
import { redisInfo } from "../service/redis-admin.ts";
import { between, type FaultKind, nothingToHeal } from "./fault.ts";

const TARGET = "redis";

/** The server becomes a replica and a primary again: its run_id stays, its data too. */
export const redisRoleThereAndBack: FaultKind = {
  name: "redis-role-there-and-back",
  healing: "redis",
  create: ({ topology: { redis } }, random) => ({
    target: TARGET,
    holdMs: 0,
    inject: async () => {
      await redis.follow(await freePort());
      await sleep(between(random, 0, 300));
      await redis.promote();
    },
    heal: nothingToHeal,
  }),
};

/** A replica of the primary, in sync, over a link of its own. */
async function replicaOf(primary: TestRedis, start: () => Promise<TestRedis>): Promise<[TestRedis, Link]> {
  const replica = await start();
  const link = await createLink({ port: primary.port });
  await replica.follow(link.port);
  await eventually(async () => (await redisInfo(replica, "master_link_status")) === "up", { withinMs: 10_000 });
  return [replica, link];
}

/** The primary dies with writes that its replica has not heard of; the replica takes its place. */
export const redisLaggingPromotion: FaultKind = {
  name: "redis-lagging-replica-promoted",
  healing: "redis",
  create: ({ topology }, random) => {
    const primary = topology.redis;
    let link: Link | undefined;
    return {
      target: TARGET,
      holdMs: between(random, 0, 500),
      inject: async () => {
        const [replica, replication] = await replicaOf(primary, () => topology.startRedis());
        link = replication;
        link.blackhole();
        await sleep(between(random, 50, 500));
        await primary.kill();
        await replica.promote();
        topology.useRedis(replica);
      },
      heal: async () => {
        await link?.close();
        await primary.stop();
      },
    };
  },
};

const REFUSED = /^NOREPLICAS/;

/**
 * The primary is cut off together with some of the instances, and its replica is promoted for the others. It is set up
 * as docs/cache.md asks: the old primary refuses before there is a new one.
 */
export const redisSplit: FaultKind = {
  name: "redis-cut-off-with-clients",
  healing: "redis",
  alone: true,
  create: ({ topology }, random) => {
    const primary = topology.redis;
    let link: Link | undefined;
    return {
      target: TARGET,
      holdMs: between(random, 500, 1_500),
      inject: async () => {
        const [replica, replication] = await replicaOf(primary, () => topology.startRedis());
        link = replication;
        await primary.command("CONFIG", "SET", "min-replicas-max-lag", "1");
        await primary.command("CONFIG", "SET", "min-replicas-to-write", "1");
        link.blackhole();
        await eventually(() => refuses(primary), { withinMs: 10_000 });
        await replica.promote();
        const [, ...others] = topology.instances;
        topology.useRedis(replica, others);
      },
      heal: async () => {
        topology.useRedis(topology.redis);
        await link?.close();
        await primary.stop();
      },
    };
  },
};

async function refuses(primary: TestRedis): Promise<boolean> {
  return primary.command("SET", "probe", "1", "EX", "1").then(
    () => false,
    (error: unknown) => error instanceof Error && REFUSED.test(error.message),
  );
}
