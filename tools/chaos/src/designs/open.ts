import { Deadline } from "@skyport/deadline";
import type { Subject } from "../subject.ts";
import type { SubjectTools } from "../worker/subjects.ts";
import { Counts } from "./counts.ts";
import type { DesignDescription, DesignName } from "./description.ts";
import { Rows } from "./rows.ts";
import type { DesignTools } from "./tools.ts";

/** Each design's file, loaded when it is asked for. */
const OPEN: Readonly<Record<DesignName, (tools: DesignTools) => Promise<Subject>>> = {
  skyport: async (tools) => (await import("./skyport.ts")).skyport(tools),
  "skyport-single-flight": async (tools) => (await import("./skyport-single-flight.ts")).skyportSingleFlight(tools),
  "delete-after-commit": async (tools) => (await import("./delete-after-commit.ts")).deleteAfterCommit(tools),
  "delete-before-and-after": async (tools) =>
    (await import("./delete-before-and-after.ts")).deleteBeforeAndAfter(tools),
  "set-after-commit": async (tools) => (await import("./set-after-commit.ts")).setAfterCommit(tools),
  "single-flight": async (tools) => (await import("./single-flight.ts")).singleFlight(tools),
  bentocache: async (tools) => (await import("./bentocache.ts")).bentocache(tools),
  "cache-manager": async (tools) => (await import("./cache-manager.ts")).cacheManager(tools),
};

/** Opens a design; it owns its connections. */
export async function openDesign(description: DesignDescription, tools: SubjectTools): Promise<Subject> {
  const counts = new Counts();
  const rows = new Rows(description.databaseUrl, tools.points, counts);
  try {
    await rows.database.start(Deadline.after(10_000));
    return await OPEN[description.design]({
      ...tools,
      description,
      rows,
      counts,
      ttlMs: description.ttlMs ?? 60_000,
    });
  } catch (error) {
    await rows[Symbol.asyncDispose]();
    throw error;
  }
}
