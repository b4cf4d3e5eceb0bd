import { resolve } from "node:path";
import type { DevConfig, Environment } from "./config.ts";
import { type EmbeddedDatabase, ORDER_DATABASE, openDatabase, PRODUCT_DATABASE } from "./database.ts";
import { DevError } from "./dev-error.ts";
import { type Entries, type Mode, planServices, type ServicePlan } from "./plan.ts";
import { requireFree } from "./ports.ts";
import { RunFile } from "./run-file.ts";
import { Service } from "./service.ts";
import { keptSecret, openStateDir } from "./state.ts";
import { startWatchdog } from "./watchdog.ts";

export interface StackOptions {
  /** The project's folder: services run in it. */
  readonly root: string;
  readonly mode: Mode;
  readonly config: DevConfig;
  /** Makes the services' programs, where they have to be made. */
  readonly entries: () => Promise<Entries>;
  /** What the services inherit. */
  readonly env: Environment;
  readonly print: (line: string) => void;
}

/** How long a service may take to drain before it is killed, in milliseconds. */
const DRAIN_MS = 15_000;

/** For what does not depend on them. */
const NO_ENTRIES: Entries = { product: "", order: "" };

/** All that `npm start` runs, in the order of its start; it stops in the opposite one. */
export class Stack {
  readonly #options: StackOptions;
  readonly #stateDir: string;
  readonly #starting = new AbortController();
  readonly #services: Service[] = [];
  #database: EmbeddedDatabase | undefined;
  #runFile: RunFile | undefined;
  #started: Promise<boolean> | undefined;
  #stopped: Promise<void> | undefined;
  #failed: (why: Error) => void = () => undefined;

  /** Rejects with a DevError when a part ends that should not have. */
  readonly failed: Promise<never>;

  constructor(options: StackOptions) {
    this.#options = options;
    this.#stateDir = resolve(options.root, options.config.stateDir);
    this.failed = new Promise((_, reject) => {
      this.#failed = reject;
    });
    this.failed.catch(() => undefined);
  }

  get database(): EmbeddedDatabase | undefined {
    return this.#database;
  }

  /**
   * Starts everything. Resolves to true when both services may take traffic, to false when `stop` was called before.
   *
   * @throws DevError when a port is taken, another start runs in the folder, or a part does not start or ends.
   */
  start(): Promise<boolean> {
    this.#started ??= this.#start();
    return this.#started;
  }

  get #aborted(): boolean {
    return this.#starting.signal.aborted;
  }

  async #start(): Promise<boolean> {
    await openStateDir(this.#stateDir);
    const runFile = await RunFile.acquire(this.#stateDir);
    this.#runFile = runFile;
    startWatchdog(this.#stateDir, runFile.owner);
    // Beside the database's start. When that fails, nobody waits for this any more.
    const entries = this.#options.entries();
    entries.catch(() => undefined);
    // Before the database, which takes a second.
    for (const { ports } of this.#plan("", NO_ENTRIES)) {
      for (const { port, variable } of ports) await requireFree(port, variable);
    }
    const secret = this.#options.config.pageTokenSecret ?? (await keptSecret(this.#stateDir, "page-token.secret"));
    if (this.#aborted) return false;
    await this.#openDatabase(runFile);
    for (const plan of this.#plan(secret, await entries)) {
      if (this.#aborted) return false;
      await this.#run(plan, runFile);
    }
    const ready = Promise.all(this.#services.map((service) => service.ready(this.#starting.signal)));
    await Promise.race([ready, this.failed]);
    return !this.#aborted;
  }

  /** Without a database, the addresses of the embedded one are empty. */
  #plan(pageTokenSecret: string, entries: Entries): readonly ServicePlan[] {
    const { config, mode, env } = this.#options;
    const productDatabaseUrl = config.productDatabaseUrl ?? this.#database?.url(PRODUCT_DATABASE) ?? "";
    const orderDatabaseUrl = config.orderDatabaseUrl ?? this.#database?.url(ORDER_DATABASE) ?? "";
    return planServices(config, mode, { productDatabaseUrl, orderDatabaseUrl, pageTokenSecret }, entries, env);
  }

  async #openDatabase(runFile: RunFile): Promise<void> {
    const { config, print } = this.#options;
    if (config.productDatabaseUrl !== undefined && config.orderDatabaseUrl !== undefined) return;
    this.#database = await openDatabase(this.#stateDir, print);
    await runFile.add("PostgreSQL", this.#database.pid, "SIGINT");
    this.#watch("PostgreSQL", this.#database.exited);
  }

  async #run(plan: ServicePlan, runFile: RunFile): Promise<void> {
    const service = new Service(plan, this.#options.root, this.#options.print);
    this.#services.push(service);
    await runFile.add(plan.name, service.pid, "SIGTERM");
    this.#watch(plan.name, service.exited);
  }

  #watch(name: string, exited: Promise<unknown>): void {
    exited.then((ending) => {
      if (this.#stopped !== undefined) return;
      this.#failed(
        new DevError(`${name} has ended${typeof ending === "string" ? ` (${ending})` : ""}: stopping the rest`),
      );
    });
  }

  /** Ends everything: the services drain first, then the database flushes. Data stays. May be called twice. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#starting.abort();
    // What is half started cannot be stopped; its failure has been told to whoever called `start`.
    await this.#started?.catch(() => undefined);
    for (const service of [...this.#services].reverse()) await service.stop(DRAIN_MS);
    await this.#database?.stop("fast");
    await this.#runFile?.release();
  }

  /** Ends everything at once, as a crash would; the database recovers at the next start. */
  async kill(): Promise<void> {
    this.#stopped ??= Promise.resolve();
    for (const service of this.#services) service.kill();
    await this.#database?.stop("immediate");
    await this.#runFile?.release();
  }
}
