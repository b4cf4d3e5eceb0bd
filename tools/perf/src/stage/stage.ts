import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { measuringCores } from "../peers/process/place.ts";
import type { Progress } from "../targets/target.ts";
import type { Cores } from "./cores.ts";
import { type Servers, startServers } from "./servers.ts";
import { type Shop, startShop } from "./shop.ts";
import { StatementLog } from "./statement-log.ts";
import { untilCached } from "./warm-up.ts";

/** All that is measured in one run, on servers of its own; what it starts ends with it. */
export class Stage implements AsyncDisposable {
  readonly servers: Servers;
  readonly log: StatementLog;
  /** Takes the logs of everything that runs. */
  readonly folder: string;
  readonly #resources: AsyncDisposableStack;
  readonly #shops = new Map<string, Promise<Shop>>();

  private constructor(servers: Servers, log: StatementLog, folder: string, resources: AsyncDisposableStack) {
    this.servers = servers;
    this.log = log;
    this.folder = folder;
    this.#resources = resources;
  }

  /** Starts the servers. @param folder the run's own, where logs go */
  static async open(folder: string): Promise<Stage> {
    await using opened = new AsyncDisposableStack();
    const logs = join(folder, "logs");
    await mkdir(logs, { recursive: true });
    const servers = opened.use(await startServers(await measuringCores()));
    const log = opened.use(new StatementLog(servers));
    return new Stage(servers, log, logs, opened.move());
  }

  get cores(): Cores {
    return this.servers.cores;
  }

  /**
   * A shop of so many products and orders, filled, its services started and their caches in use; made at the first call
   * and kept.
   *
   * @param use sets it apart from others of its size, when what is done to it must not disturb them
   */
  shop(rows: number, progress: Progress, use = "size"): Promise<Shop> {
    const name = `${use}_${rows}`;
    const known = this.#shops.get(name) ?? this.#open(name, rows, progress);
    this.#shops.set(name, known);
    return known;
  }

  async #open(name: string, rows: number, progress: Progress): Promise<Shop> {
    const shop = this.#resources.use(
      await startShop(this.servers, { name, products: rows, orders: rows, folder: this.folder }, progress),
    );
    progress.show(0.9, `${name}: until its cache is in use`);
    await untilCached(shop, this.log);
    return shop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync();
  }
}
