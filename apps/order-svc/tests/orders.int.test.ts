import { afterAll, beforeAll, describe } from "@jest/globals";
import { changing } from "./cases/changing.ts";
import { creating } from "./cases/creating.ts";
import { ending } from "./cases/ending.ts";
import { listing } from "./cases/listing.ts";
import { paging } from "./cases/paging.ts";
import { reading } from "./cases/reading.ts";
import { repeating } from "./cases/repeating.ts";
import { CACHES } from "./support/caches.ts";
import { type System, startSystem } from "./support/system.ts";

describe.each(CACHES)("orders, with %s", (cache) => {
  let system: System;
  beforeAll(async () => {
    // Changes that come at once are each finished by whoever made them, however slow the machine is.
    system = await startSystem(cache, { overdueMs: 30_000 });
  });
  afterAll(() => system.close());

  creating(() => system);
  reading(() => system);
  changing(() => system);
  ending(() => system);
  repeating(() => system);
  listing(() => system);
  paging(() => system);
});
