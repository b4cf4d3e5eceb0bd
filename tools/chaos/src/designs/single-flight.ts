import type { Subject } from "../subject.ts";
import { Aside } from "./aside.ts";
import { joined } from "./join.ts";
import { ordinary } from "./ordinary.ts";
import type { DesignTools } from "./tools.ts";

/** Delete after COMMIT, and a process's concurrent reads of a key share one. */
export async function singleFlight(tools: DesignTools): Promise<Subject> {
  const aside = new Aside(tools);
  return ordinary(tools, {
    read: joined(aside.read),
    readMany: aside.readMany,
    after: (key) => aside.delete(key),
    close: () => aside.close(),
  });
}
