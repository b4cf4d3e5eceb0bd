import { readFile } from "node:fs/promises";
import { ScenarioRunner } from "../scenarios/runner.ts";
import { findCores } from "../stage/cores.ts";
import { ROOT } from "../stage/program.ts";
import { startServers } from "../stage/servers.ts";
import { startShop } from "../stage/shop.ts";
import { type FlameNode, flameTree } from "./cpu-profile.ts";
import { Inspector } from "./inspector.ts";
import { locator } from "./sources.ts";
import type { Subject } from "./subjects.ts";

/** A service's calls while it was under load. */
export interface Profiled {
  readonly service: string;
  readonly tree: FlameNode;
}

export interface ProfileOptions {
  readonly rows: number;
  readonly clients: number;
  /** How long the load runs before anything is looked at, and then for each service; in seconds. */
  readonly seconds: number;
  /** Takes the logs. */
  readonly folder: string;
}

/** Profiles each service of a subject under load, one after the other, as production runs them, with the cache in the process. */
export async function profileSubject(
  { scenario, services }: Subject,
  { rows, clients, seconds, folder }: ProfileOptions,
): Promise<Profiled[]> {
  await using servers = await startServers(await findCores(), false);
  const shopName = `profile_${process.pid}`;
  const env = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };
  const options = { name: shopName, products: rows, orders: rows, folder, env };
  await using shop = await startShop(servers, options, { show: () => undefined });
  const runner = await ScenarioRunner.prepare(scenario, shop, "json");
  // Long enough for the code to be compiled, and for the caches, which keep nothing in their first seconds.
  await runner.closed(clients, Math.max(seconds, WARM_SECONDS));
  const locate = locator(ROOT);
  const profiled: Profiled[] = [];
  for (const service of services) {
    const log = await readFile(`${folder}/${shopName}-${service}-1.log`, "utf8");
    const [address] = /ws:\/\/\S+/.exec(log) ?? [];
    if (address === undefined) throw new Error(`${service} told no address of its inspector`);
    using inspector = await Inspector.connect(address);
    const profile = await inspector.profile(() => runner.closed(clients, seconds));
    profiled.push({ service, tree: flameTree(profile, locate) });
  }
  return profiled;
}

const WARM_SECONDS = 9;
