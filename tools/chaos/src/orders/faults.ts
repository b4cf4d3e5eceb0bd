import { setTimeout as sleep } from "node:timers/promises";
import type { Link } from "@skyport/testing";
import type { Random } from "../worker/random.ts";
import type { Member } from "./shop/member.ts";
import { revive } from "./shop/revival.ts";
import type { Shop } from "./shop/shop.ts";

/** What else happens while processes are killed. */
export interface SideFault {
  readonly name: string;
  /** How often, in relation to the others. */
  readonly weight: number;
  /** Nothing may be starting meanwhile, and nothing be killed: whoever starts needs the servers. */
  readonly alone?: boolean;
  /** Undefined when there is nothing that it could hit now. Resolves when it is undone. */
  begin(shop: Shop, random: Random): (() => Promise<void>) | undefined;
}

function between(random: Random, from: number, to: number): number {
  return from + random.next() * (to - from);
}

/** An instance stops until its leases and its callers' deadlines are over, and goes on as if nothing had been. */
const stopped: SideFault = {
  name: "stopped past its leases",
  weight: 4,
  begin(shop, random) {
    const member = spare(random.sample(shop.members, shop.members.length), shop);
    if (member === undefined) return undefined;
    const ms = between(random, 5_200, 6_500);
    return async () => {
      await member.stop();
      await sleep(ms);
      await member.goOn();
    };
  },
};

/** An instance is replaced in order, as by a deployment. */
const replaced: SideFault = {
  name: "ended in order",
  weight: 3,
  begin(shop, random) {
    const member = spare(random.sample(shop.members, shop.members.length), shop);
    if (member === undefined) return undefined;
    return async () => {
      await member.kill("SIGTERM");
      revive(shop, member, random);
    };
  },
};

/** One without which its service still has another one that takes traffic. */
function spare(members: readonly Member[], shop: Shop): Member | undefined {
  return members.find(
    (member) =>
      member.isReady &&
      shop.members.some((other) => other !== member && other.service === member.service && other.isReady),
  );
}

function peer(name: string, ms: readonly [number, number], weather: (link: Link) => void): SideFault {
  return {
    name: `product-svc ${name}`,
    weight: 3,
    begin(shop, random) {
      const order = random.pick(shop.orders);
      const link = order.toProducts;
      if (link === undefined || shop.reserved.has(order)) return undefined;
      const hold = between(random, ...ms);
      return async () => {
        shop.reserved.add(order);
        try {
          weather(link);
          await sleep(hold);
        } finally {
          link.restore();
          shop.reserved.delete(order);
        }
      };
    },
  };
}

const terminate: SideFault = {
  name: "database sessions ended",
  weight: 4,
  begin(shop, random) {
    const member = random.pick(shop.members);
    const side = member.service === "order-svc" ? shop.orderData : shop.productData;
    return async () => void (await side.terminateSessions(member.name));
  },
};

const restartPostgres: SideFault = {
  name: "PostgreSQL restarted",
  weight: 1,
  alone: true,
  begin(shop, random) {
    const mode = random.pick(["fast", "immediate"] as const);
    return () => shop.postgres.restart({ mode });
  },
};

const killRedis: SideFault = {
  name: "Redis killed",
  weight: 2,
  alone: true,
  begin(shop, random) {
    const ms = between(random, 50, 400);
    return async () => {
      await shop.redis.kill();
      await sleep(ms);
      await shop.redis.restart();
    };
  },
};

export const SIDE_FAULTS: readonly SideFault[] = [
  stopped,
  replaced,
  peer("cut off", [200, 1_500], (link) => link.cut()),
  peer("silent", [200, 1_500], (link) => link.blackhole()),
  peer("slow", [500, 2_000], (link) => link.delay(120)),
  // Longer than any call may take: its answers come when nobody waits for them any more.
  peer("answering after the deadline", [3_200, 3_600], (link) => link.blackhole("down")),
  terminate,
  restartPostgres,
  killRedis,
];
