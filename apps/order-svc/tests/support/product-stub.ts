import { InventoryService, ProductService, ReservationOutcome, type SetReservationRequest } from "@skyport/proto";
import { createLogger, createRpcServer } from "@skyport/rpc";
import { Shelf } from "./shelf.ts";

/** What a test does to a call: it runs the work before, after or never, and answers, fails or waits as it likes. */
export type Fault<Request> = (work: () => void, request: Request) => void | Promise<void>;

const NO_FAULT = (work: () => void): void => work();

/** A product service whose every call is counted, and whose faults the test commands. */
export interface ProductStub extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly shelf: Shelf;
  /** How often each RPC was called since the last `forget`. */
  readonly calls: { batchGetProducts: number; setReservation: number };
  /** The most calls at a time since the last `forget`: those that nobody waits for any more do not count. */
  readonly peak: number;
  /** The reservations that were asked for, oldest first: `id generation`. */
  readonly asked: readonly string[];
  onBatchGetProducts: Fault<unknown>;
  onSetReservation: Fault<SetReservationRequest>;
  /** No faults any more. */
  heal(): void;
  /** Begins to count anew. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts a stub over a shelf, which several stubs may share. */
export async function startProductStub(shelf: Shelf = new Shelf()): Promise<ProductStub> {
  const calls = { batchGetProducts: 0, setReservation: 0 };
  const asked: string[] = [];
  const load = loadMeter();
  const server = createRpcServer({
    name: "product-stub",
    port: 0,
    logger: createLogger({ name: "product-stub", level: "silent" }),
    limits: { defaultTimeoutMs: 60_000 },
    graceMs: 0,
    services(router) {
      router.service(ProductService, {
        async batchGetProducts(request, { signal }) {
          calls.batchGetProducts += 1;
          using _ = load.enter(signal);
          await stub.onBatchGetProducts(() => undefined, request);
          const found = request.ids.map((id) => ({ id, product: shelf.find(id) }));
          return {
            products: found.flatMap(({ id, product }) => (product === undefined ? [] : [{ id, ...product }])),
            missingIds: found.filter(({ product }) => product === undefined).map(({ id }) => id),
          };
        },
      });
      router.service(InventoryService, {
        async setReservation(request, { signal }) {
          calls.setReservation += 1;
          using _ = load.enter(signal);
          const { reservationId: id, generation, items } = request;
          asked.push(`${id} ${generation}`);
          await stub.onSetReservation(() => void shelf.reserve(id, generation, items), request);
          const held = shelf.held(id);
          return {
            reservation: {
              id,
              generation: held.generation,
              items: [...held.items],
              outcome: ReservationOutcome.ACCEPTED,
            },
          };
        },
      });
    },
  });
  const { url, port } = await server.listen();
  const stub: ProductStub = {
    url,
    port,
    shelf,
    calls,
    get peak() {
      return load.peak;
    },
    asked,
    onBatchGetProducts: NO_FAULT,
    onSetReservation: NO_FAULT,
    heal() {
      stub.onBatchGetProducts = NO_FAULT;
      stub.onSetReservation = NO_FAULT;
    },
    forget() {
      Object.assign(calls, { batchGetProducts: 0, setReservation: 0 });
      asked.length = 0;
      load.forget();
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
  return stub;
}

/** Counts calls at a time. */
function loadMeter() {
  let [running, peak] = [0, 0];
  return {
    get peak() {
      return peak;
    },
    forget() {
      peak = running;
    },
    enter(signal: AbortSignal): Disposable {
      running += 1;
      peak = Math.max(peak, running);
      let isOver = false;
      const leave = (): void => {
        if (!isOver) running -= 1;
        isOver = true;
      };
      signal.addEventListener("abort", leave, { once: true });
      return { [Symbol.dispose]: leave };
    },
  };
}
