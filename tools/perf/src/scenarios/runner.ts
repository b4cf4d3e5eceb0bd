import type { Caller } from "../load/caller.ts";
import { closedHttp } from "../load/closed-http.ts";
import { closedLoop } from "../load/closed-loop.ts";
import { grpcCaller } from "../load/grpc-caller.ts";
import { httpCaller } from "../load/http-caller.ts";
import { type LoadResult, requireAnswers } from "../load/load-result.ts";
import { paced } from "../load/paced.ts";
import { type PreparedCall, type Protocol, prepareCall } from "../load/prepared-call.ts";
import type { Shop } from "../stage/shop.ts";
import type { Scenario } from "./scenario.ts";

/** From so many seconds on, a round without any answer is a fault. */
const PATIENCE_SECONDS = 30;

/** Connections that a fixed rate may need at a time, when answers are late. */
const MOST_CONNECTIONS = 256;

/** A scenario, ready to be run again and again on one shop in one protocol. */
export class ScenarioRunner {
  readonly #scenario: Scenario;
  readonly #shop: Shop;
  readonly #protocol: Protocol;
  readonly #url: string;
  readonly #calls: readonly PreparedCall[];

  private constructor(scenario: Scenario, shop: Shop, protocol: Protocol, url: string, calls: readonly PreparedCall[]) {
    this.#scenario = scenario;
    this.#shop = shop;
    this.#protocol = protocol;
    this.#url = url;
    this.#calls = calls;
  }

  /** @param url another instance than the first one */
  static async prepare(scenario: Scenario, shop: Shop, protocol: Protocol, url?: string): Promise<ScenarioRunner> {
    const calls = (await scenario.calls(shop)).map(({ method, message }) => prepareCall(method, message, protocol));
    const own = scenario.service === "product" ? shop.productUrl : shop.orderUrl;
    return new ScenarioRunner(scenario, shop, protocol, url ?? own, calls);
  }

  /**
   * A closed loop: each of so many clients calls as soon as it is answered.
   *
   * @throws Error when calls fail
   */
  async closed(clients: number, seconds: number): Promise<LoadResult> {
    await this.#scenario.prepare?.(this.#shop);
    const url = this.#url;
    const calls = this.#calls;
    const once = this.#scenario.isOnce === true;
    if (this.#protocol === "grpc") {
      await using caller = await grpcCaller(url);
      return this.#checked(await closedLoop(caller, calls, clients, seconds));
    }
    const options = { url, protocol: this.#protocol, calls, connections: clients };
    if (once) return this.#checked(await closedHttp({ ...options, until: { calls: calls.length } }));
    const result = await closedHttp({ ...options, until: { seconds } });
    // Not one call was done in that time: autocannon drops what is still open.
    const isTooShort = result.calls === 0 && result.failed === 0 && seconds < PATIENCE_SECONDS;
    return isTooShort ? this.closed(clients, seconds * 4) : this.#checked(result);
  }

  /** So many calls a second, evenly. @throws Error when calls fail */
  async fixed(perSecond: number, seconds: number): Promise<LoadResult> {
    await this.#scenario.prepare?.(this.#shop);
    await using caller = await this.#caller();
    return this.#checked(await paced(caller, this.#calls, perSecond, seconds));
  }

  async #caller(): Promise<Caller> {
    if (this.#protocol === "grpc") return grpcCaller(this.#url);
    return httpCaller(this.#url, this.#protocol, MOST_CONNECTIONS);
  }

  #checked(result: LoadResult): LoadResult {
    const { name, mayFail } = this.#scenario;
    return requireAnswers(`${name} (${this.#protocol})`, result, mayFail);
  }
}
