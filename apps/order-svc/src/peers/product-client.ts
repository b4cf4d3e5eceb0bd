import { type CallOptions, type Client, createClient, type Transport } from "@connectrpc/connect";
import { DomainError, type DomainErrorDetails } from "@skyport/errors";
import { InventoryService, type Product, ProductService } from "@skyport/proto";
import {
  type BreakerOptions,
  type BulkheadOptions,
  type CallerContext,
  CallRefused,
  CircuitBreaker,
  type GuardedCall,
  PeerGuard,
  peerFailure,
  RetryBudget,
  type RetryBudgetOptions,
} from "@skyport/rpc";

/** How many products one BatchGetProducts may ask for. */
const BATCH = 100;

/** One product in a reservation. */
export interface ReservedItem {
  readonly productId: string;
  readonly quantity: number;
}

/** What order-svc asks of product-svc. Both calls are idempotent. */
export interface ProductClient {
  /**
   * The products with these ids, by id; those that do not exist are left out. One call for each 100 distinct ids.
   *
   * @throws PRODUCT_SERVICE_UNAVAILABLE; DEADLINE_EXCEEDED when there is no time left to ask
   */
  batchGet(ids: readonly string[], caller: CallerContext): Promise<ReadonlyMap<string, Product>>;
  /**
   * Makes the order's reservation hold exactly these items.
   *
   * @throws the product service's own refusal; PRODUCT_SERVICE_UNAVAILABLE when the outcome is not known; DEADLINE_EXCEEDED
   *   when there is no time left to ask
   */
  setReservation(
    orderId: string,
    generation: number,
    items: readonly ReservedItem[],
    caller: CallerContext,
  ): Promise<void>;
}

/** How product-svc is guarded; for tests that cannot wait for the defaults. */
export interface ProductPeerOptions {
  readonly breaker?: Partial<BreakerOptions>;
  readonly budget?: Partial<RetryBudgetOptions>;
  /** Of each of the two RPCs. */
  readonly bulkhead?: Partial<BulkheadOptions>;
}

/** product-svc, as this instance sees it. */
export interface ProductPeer {
  /** For callers: a call that fails by chance is made again. */
  readonly client: ProductClient;
  /** For work that repeats itself: each call is made once. */
  readonly background: ProductClient;
  readonly breaker: CircuitBreaker;
}

/**
 * Clients over a transport to product-svc. All share one breaker and one budget of retries. Reads and reservations have each
 * their own bound of calls at a time: a flood of reads keeps no order waiting.
 */
export function createProductPeer(transport: Transport, options: ProductPeerOptions = {}): ProductPeer {
  const { bulkhead = {} } = options;
  const breaker = new CircuitBreaker(options.breaker);
  const shared = { breaker, budget: new RetryBudget(options.budget), bulkhead };
  const [reads, reservations] = [new PeerGuard(shared), new PeerGuard(shared)];
  const products: Client<typeof ProductService> = createClient(ProductService, transport);
  const inventory: Client<typeof InventoryService> = createClient(InventoryService, transport);
  const client = (how: GuardedCall): ProductClient => ({
    async batchGet(ids, caller) {
      const distinct = [...new Set(ids)];
      const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, index) =>
        distinct.slice(index * BATCH, (index + 1) * BATCH),
      );
      const answers = await Promise.all(
        batches.map((batch) => ask(reads, how, caller, (call) => products.batchGetProducts({ ids: batch }, call))),
      );
      return new Map(answers.flatMap((answer) => answer.products.map((product) => [product.id, product])));
    },
    async setReservation(orderId, generation, items, caller) {
      const request = { reservationId: orderId, generation, items: [...items] };
      await ask(reservations, how, caller, (call) => inventory.setReservation(request, call));
    },
  });
  return { client: client({}), background: client({ maxAttempts: 1 }), breaker };
}

async function ask<T>(
  guard: PeerGuard,
  how: GuardedCall,
  caller: CallerContext,
  call: (options: CallOptions) => Promise<T>,
): Promise<T> {
  caller.deadline.check();
  try {
    return await guard.call(caller, call, how);
  } catch (error) {
    throw told(error);
  }
}

/** The peer's refusals pass as they are; that it cannot answer, not now or not in time, is told as such. */
function told(error: unknown): DomainError {
  if (error instanceof CallRefused) {
    const message = error.kind === "full" ? "too many calls wait for the product service" : UNREACHABLE;
    return unavailable(message, { retryAfterMs: error.retryAfterMs, cause: error });
  }
  const failure = peerFailure(error);
  if (failure.kind === "answered") {
    const { fault, retryable } = failure.error.spec;
    if (fault === "caller" && !retryable) return failure.error;
  }
  return unavailable(UNREACHABLE, { cause: error });
}

const UNREACHABLE = "the product service cannot be reached";

function unavailable(message: string, details: DomainErrorDetails): DomainError {
  return new DomainError("PRODUCT_SERVICE_UNAVAILABLE", message, details);
}
