import type { MakeStore } from "../conformance/harness.ts";
import { MemoryStore } from "../memory/memory-store.ts";
import type { CacheOptions } from "../options.ts";
import { FailingStore } from "./failing-store.ts";
import { FakeClock } from "./fake-clock.ts";
import { World } from "./world.ts";

/** A world in memory whose store can be switched off, and whose store's clock stands still until it is moved. */
export async function memoryWorld(
  options: Partial<CacheOptions> = {},
): Promise<{ world: World; failing: FailingStore; clock: FakeClock }> {
  const clock = new FakeClock();
  const bounds = { maxEntries: 1_000, maxBytes: 1_000_000 };
  const memory = new MemoryStore({ leaseMs: options.leaseMs ?? 10_000, quarantineMs: 0, clock, ...bounds });
  const failing = new FailingStore(memory);
  const make: MakeStore = async () => ({
    store: failing,
    elapse: async (ms) => clock.advance(ms + 1),
    [Symbol.asyncDispose]: () => failing.close(),
  });
  return { world: await World.make(make, options), failing, clock };
}
