import { type Call, type Items, itemsText, productName, type ReserveCall, type Slot } from "./call.ts";

/** How many decisions of a reservation the service remembers; older generations are answered with what holds now. */
const REMEMBERED = 32;

interface Shelf {
  readonly incarnation: number;
  inStock: number;
}

/** What is held, by product: of which incarnation, and how many. */
type Held = ReadonlyMap<Slot, { readonly incarnation: number; readonly quantity: number }>;

interface Reservation {
  generation: number;
  held: Held;
  /** By generation, oldest first: what was asked for, and the refusal it got. */
  decisions: Map<number, { readonly items: string; readonly refusal: string | undefined }>;
}

interface State {
  readonly shelves: ReadonlyMap<Slot, Shelf>;
  readonly reservations: ReadonlyMap<Slot, Reservation>;
  readonly ledger: readonly (readonly string[])[];
}

const EMPTY: State = { shelves: new Map(), reservations: new Map(), ledger: [] };

/**
 * The inventory in plain memory, one call after the other: what the service must look like from outside, in whatever
 * order calls come. It shares no code with the service.
 */
export class InventoryModel {
  readonly #shelves: Map<Slot, Shelf>;
  readonly #reservations: Map<Slot, Reservation>;
  /** The ledger's rows, by incarnation. */
  readonly #ledger: string[][];
  /** Reservations whose ids tell no age: they cannot begin. */
  readonly #ageless: ReadonlySet<Slot>;

  constructor(ageless: ReadonlySet<Slot>, { shelves, reservations, ledger }: State = EMPTY) {
    this.#ageless = ageless;
    this.#shelves = new Map([...shelves].map(([slot, shelf]) => [slot, { ...shelf }]));
    this.#reservations = new Map(
      [...reservations].map(([slot, known]) => [slot, { ...known, decisions: new Map(known.decisions) }]),
    );
    this.#ledger = ledger.map((rows) => [...rows]);
  }

  copy(): InventoryModel {
    const state = { shelves: this.#shelves, reservations: this.#reservations, ledger: this.#ledger };
    return new InventoryModel(this.#ageless, state);
  }

  /** Equal exactly when two models answer every further call alike. */
  get fingerprint(): string {
    const reservations = [...this.#reservations].map(([slot, { generation, held, decisions }]) => [
      slot,
      generation,
      [...held].toSorted(([a], [b]) => a - b),
      [...decisions],
    ]);
    const ledger = this.#ledger.map((rows) => rows.toSorted());
    const sorted = [[...this.#shelves], reservations].map((list) => list.map((entry) => JSON.stringify(entry)).sort());
    return JSON.stringify([sorted, ledger]);
  }

  /** The ledger's rows: a line an incarnation, in no order of meaning. */
  get ledger(): string[] {
    return this.#ledger.map((rows) => rows.toSorted().join(", ")).sort();
  }

  /** What a caller hears, after the call has had its effect. */
  apply(call: Call): string {
    switch (call.kind) {
      case "create":
        return this.#create(call.product, call.inStock);
      case "delete":
        return this.#shelves.delete(call.product) ? "deleted" : missing([call.product]);
      case "adjust":
        return this.#adjust(call.product, call.delta);
      case "overwrite":
        return this.#overwrite(call.product, call.inStock);
      case "get":
        return this.#onShelf(call.product, ({ inStock }) => `${inStock}`);
      case "reserve":
        return this.#reserve(call);
      case "look":
        return this.#look(call.reservation);
      case "audit":
        return "clean";
    }
  }

  #onShelf(product: Slot, then: (shelf: Shelf) => string): string {
    const shelf = this.#shelves.get(product);
    return shelf === undefined ? missing([product]) : then(shelf);
  }

  #move(shelf: Shelf, delta: number, kind: string): void {
    shelf.inStock += delta;
    this.#ledger[shelf.incarnation]?.push(`${kind} ${delta}`);
  }

  #create(product: Slot, inStock: number): string {
    if (this.#shelves.has(product)) return "PRODUCT_ALREADY_EXISTS";
    const shelf = { incarnation: this.#ledger.push([]) - 1, inStock: 0 };
    this.#shelves.set(product, shelf);
    this.#move(shelf, inStock, "initial");
    return `${inStock}`;
  }

  #adjust(product: Slot, delta: number): string {
    return this.#onShelf(product, (shelf) => {
      if (shelf.inStock + delta < 0) return short([shortage(product, -delta, shelf)]);
      this.#move(shelf, delta, "adjustment");
      return `${shelf.inStock}`;
    });
  }

  #overwrite(product: Slot, inStock: number): string {
    return this.#onShelf(product, (shelf) => {
      if (shelf.inStock !== inStock) this.#move(shelf, inStock - shelf.inStock, "overwrite");
      return `${inStock}`;
    });
  }

  #reserve({ reservation: slot, generation, items }: ReserveCall): string {
    const known = this.#reservations.get(slot);
    if (known !== undefined && generation <= known.generation) {
      const decision = known.decisions.get(generation);
      if (decision !== undefined && decision.items !== itemsText(items)) return "REQUEST_ID_REUSED generation";
      return decision?.refusal ?? this.#look(slot);
    }
    if (known === undefined && items.length > 0 && this.#ageless.has(slot)) return "INVALID_FIELDS reservation_id";
    const reservation = known ?? { generation: 0, held: new Map(), decisions: new Map() };
    this.#reservations.set(slot, reservation);
    const refusal = this.#tryToHold(slot, reservation, generation, items);
    reservation.generation = generation;
    reservation.decisions.set(generation, { items: itemsText(items), refusal });
    for (const oldest of [...reservation.decisions.keys()].slice(0, -REMEMBERED)) reservation.decisions.delete(oldest);
    return refusal ?? this.#look(slot);
  }

  /** Moves everything and gives undefined, or moves nothing and tells why. */
  #tryToHold(slot: Slot, reservation: Reservation, generation: number, items: Items): string | undefined {
    const wanted = new Map(items.map(({ product, quantity }) => [product, quantity]));
    const changed = [...new Set([...reservation.held.keys(), ...wanted.keys()])]
      .toSorted((a, b) => a - b)
      .filter((product) => (wanted.get(product) ?? 0) !== (reservation.held.get(product)?.quantity ?? 0));
    const takes = new Map<Shelf, number>();
    const gone: Slot[] = [];
    const lacking: string[] = [];
    for (const product of changed) {
      const shelf = this.#shelves.get(product);
      const held = reservation.held.get(product);
      if (shelf === undefined) {
        if (wanted.has(product)) gone.push(product);
        continue;
      }
      const take = (wanted.get(product) ?? 0) - (held?.incarnation === shelf.incarnation ? held.quantity : 0);
      if (take > shelf.inStock) lacking.push(shortage(product, take, shelf));
      takes.set(shelf, take);
    }
    if (lacking.length > 0) return short([...lacking, ...gone.map((product) => shortage(product, 0, undefined))]);
    if (gone.length > 0) return missing(gone);
    for (const [shelf, take] of takes) {
      if (take !== 0) this.#move(shelf, -take, `reservation r${slot} generation ${generation}`);
    }
    const held = new Map(reservation.held);
    for (const product of changed) {
      const incarnation = this.#shelves.get(product)?.incarnation;
      const quantity = wanted.get(product);
      if (quantity === undefined || incarnation === undefined) held.delete(product);
      else held.set(product, { incarnation, quantity });
    }
    reservation.held = held;
    return undefined;
  }

  #look(slot: Slot): string {
    const reservation = this.#reservations.get(slot);
    if (reservation === undefined) return `RESERVATION_NOT_FOUND r${slot}`;
    const { generation, held, decisions } = reservation;
    const outcome = decisions.get(generation)?.refusal === undefined ? "ACCEPTED" : "REFUSED";
    const items = itemsText([...held].map(([product, { quantity }]) => ({ product, quantity })));
    return `generation ${generation} ${outcome} [${items}]`;
  }
}

function missing(products: readonly Slot[]): string {
  return `PRODUCT_NOT_FOUND ${products.map(productName).join(" ")}`;
}

function shortage(product: Slot, wanted: number, shelf: Shelf | undefined): string {
  const name = `products/${productName(product)}`;
  return shelf === undefined
    ? `PRODUCT_NOT_FOUND ${name}: this product does not exist`
    : `OUT_OF_STOCK ${name}: ${wanted} wanted, ${shelf.inStock} left`;
}

function short(shortages: readonly string[]): string {
  return `OUT_OF_STOCK ${shortages.toSorted().join("; ")}`;
}
