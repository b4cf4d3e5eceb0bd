import type { Subject } from "../subject.ts";
import { Aside } from "./aside.ts";
import { ordinary } from "./ordinary.ts";
import type { DesignTools } from "./tools.ts";

/** What most services do: the writer deletes the key after its COMMIT. */
export async function deleteAfterCommit(tools: DesignTools): Promise<Subject> {
  const aside = new Aside(tools);
  return ordinary(tools, {
    read: aside.read,
    readMany: aside.readMany,
    after: (key) => aside.delete(key),
    close: () => aside.close(),
  });
}
