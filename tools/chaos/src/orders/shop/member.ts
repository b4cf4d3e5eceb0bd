import type { Link } from "@skyport/testing";
import type { Instance } from "../../service/instance.ts";
import { Endpoint } from "./endpoint.ts";

export type ServiceName = "product-svc" | "order-svc";

const READY_MS = 60_000;

/** One instance of the shop, which is killed and comes back again and again. */
export class Member implements Disposable {
  readonly service: ServiceName;
  readonly instance: Instance;
  readonly endpoint: Endpoint;
  /** Of an order-svc: its way to a product-svc. */
  readonly toProducts: Link | undefined;
  #isReady = false;
  #isStopped = false;
  #coming: Promise<void> = Promise.resolve();

  constructor(service: ServiceName, instance: Instance, toProducts?: Link) {
    this.service = service;
    this.instance = instance;
    this.endpoint = new Endpoint(instance.name, instance.url);
    this.toProducts = toProducts;
  }

  get name(): string {
    return this.instance.name;
  }

  /** Whether it takes traffic, as far as is known: it runs, was ready, and is not stopped. */
  get isReady(): boolean {
    return this.#isReady && !this.#isStopped;
  }

  /** Resolves once it takes traffic. @throws Error when it does not, or has ended by itself */
  async ready(): Promise<void> {
    await this.#coming;
    await this.instance.process.ready(READY_MS);
    this.#isReady = true;
  }

  /** SIGKILL, or an end in order; resolves when the process is gone. */
  async kill(by: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    this.#isReady = false;
    await this.instance.process.signal(by);
  }

  /** Starts it again after a kill, unless somebody has; whoever needs it waits for `ready`. */
  comeBack(): void {
    if (this.instance.process.isRunning) return;
    this.instance.process.start();
    this.#coming = this.instance.process.ready(READY_MS).then(() => {
      this.#isReady = true;
    });
    // Told to whoever waits for `ready`.
    this.#coming.catch(() => undefined);
  }

  /** SIGSTOP: it holds what it holds and says nothing. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.instance.process.signal("SIGSTOP");
  }

  /** SIGCONT. */
  async goOn(): Promise<void> {
    await this.instance.process.signal("SIGCONT");
    this.#isStopped = false;
  }

  [Symbol.dispose](): void {
    this.endpoint[Symbol.dispose]();
  }
}
