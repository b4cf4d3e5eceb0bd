import type { Subject } from "../subject.ts";
import { Aside } from "./aside.ts";
import { ordinary } from "./ordinary.ts";
import type { DesignTools } from "./tools.ts";

/** Write-through: the writer stores the new row, or its absence, after its COMMIT. */
export async function setAfterCommit(tools: DesignTools): Promise<Subject> {
  const aside = new Aside(tools);
  return ordinary(tools, {
    read: aside.read,
    readMany: aside.readMany,
    after: (key, row) => aside.set(key, row),
    close: () => aside.close(),
  });
}
