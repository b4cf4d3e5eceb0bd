import { BareClient, type Execution } from "@skyport/testing";
import { newId } from "../../src/domain/new-id.ts";
import type { Databases } from "./services.ts";
import { PRODUCTS, productId, type Recorded } from "./stage.ts";

/** As many connections as each service has. */
const CONNECTIONS = 10;

/** The statements of CreateOrder, sent bare: over as many connections, in the same round trips, by nobody's services. */
export class BareOrders implements AsyncDisposable {
  readonly #recorded: Recorded;
  readonly #order: Clients;
  readonly #product: Clients;

  private constructor(recorded: Recorded, order: Clients, product: Clients) {
    this.#recorded = recorded;
    this.#order = order;
    this.#product = product;
  }

  static async open(recorded: Recorded, databases: Databases): Promise<BareOrders> {
    return new BareOrders(recorded, await Clients.open(databases.order), await Clients.open(databases.product));
  }

  async order(number: number): Promise<void> {
    const { orderId, writtenDown, reserved, confirmed } = this.#recorded;
    const id = newId();
    const replaced = (value: string): string =>
      value
        .replaceAll(orderId, id)
        .replaceAll(productId(PRODUCTS), productId(number))
        .replaceAll(`"${PRODUCTS}"`, `"${number}"`);
    const own = (trip: readonly Execution[]): Execution[] =>
      trip.map(({ text, parameters }) => ({
        text,
        parameters: parameters.map((value) => value && replaced(value)),
      }));
    await this.#order.run(writtenDown.map(own));
    await this.#product.run(reserved.map(own));
    await this.#order.run(confirmed.map(own));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#order[Symbol.asyncDispose]();
    await this.#product[Symbol.asyncDispose]();
  }
}

/** Connections that are lent to one transaction at a time, first come, first served. */
class Clients implements AsyncDisposable {
  readonly #all: readonly BareClient[];
  readonly #free: BareClient[];
  readonly #waiting: ((client: BareClient) => void)[] = [];

  private constructor(all: readonly BareClient[]) {
    this.#all = all;
    this.#free = [...all];
  }

  static async open(url: string): Promise<Clients> {
    return new Clients(await Promise.all(Array.from({ length: CONNECTIONS }, () => BareClient.connect(url))));
  }

  async run(trips: readonly (readonly Execution[])[]): Promise<void> {
    const client = this.#free.pop() ?? (await new Promise<BareClient>((resolve) => this.#waiting.push(resolve)));
    try {
      for (const trip of trips) await client.trip(trip);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(client);
      else next(client);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((client) => client[Symbol.asyncDispose]()));
  }
}
