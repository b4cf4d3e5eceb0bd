import type { Subject } from "../subject.ts";
import { Aside } from "./aside.ts";
import { ordinary } from "./ordinary.ts";
import type { DesignTools } from "./tools.ts";

/** The writer deletes the key before its transaction and once more after its COMMIT. */
export async function deleteBeforeAndAfter(tools: DesignTools): Promise<Subject> {
  const aside = new Aside(tools);
  return ordinary(tools, {
    read: aside.read,
    readMany: aside.readMany,
    before: (key) => aside.delete(key),
    after: (key) => aside.delete(key),
    close: () => aside.close(),
  });
}
