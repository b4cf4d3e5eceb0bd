import type { Subject } from "../subject.ts";
import { joined } from "./join.ts";
import { skyport } from "./skyport.ts";
import type { DesignTools } from "./tools.ts";

/** Our cache behind a plain single flight: what is lost when callers share a read that started before they came. */
export async function skyportSingleFlight(tools: DesignTools): Promise<Subject> {
  const subject = await skyport(tools);
  return {
    read: joined((key) => subject.read(key)),
    readMany: (keys) => subject.readMany(keys),
    put: (key, mark) => subject.put(key, mark),
    remove: (key, version) => subject.remove(key, version),
    counts: () => subject.counts(),
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  };
}
