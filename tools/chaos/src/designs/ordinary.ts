import { Deadline } from "@skyport/deadline";
import type { Subject } from "../subject.ts";
import { putRow, type Row, removeRow } from "./rows.ts";
import type { DesignTools } from "./tools.ts";
import { resultOf } from "./write-result.ts";

/** What tells the ordinary designs from each other: how they read, and what they do about a write. */
export interface Ordinary extends Pick<Subject, "read" | "readMany"> {
  /** Before the transaction. */
  before?(key: string): Promise<void>;
  /** After COMMIT was answered, and before the write is acknowledged; undefined: the row was removed. */
  after(key: string, row: Row | undefined): Promise<void>;
  close(): void | Promise<void>;
}

/** A subject that writes in a plain transaction. */
export function ordinary(tools: DesignTools, design: Ordinary): Subject {
  const { rows, counts, deadlineMs } = tools;
  const transaction: <R>(body: Parameters<typeof rows.transaction<R>>[1]) => Promise<R> = (body) =>
    rows.transaction({ deadline: Deadline.after(deadlineMs), onOutcome: async () => undefined }, body);
  return {
    read: (key) => design.read(key),
    readMany: (keys) => design.readMany(keys),
    put: (key, mark) =>
      resultOf(async () => {
        await design.before?.(key);
        const row = await transaction((tx) => putRow(tx, key, mark));
        await design.after(key, row);
        return { outcome: "acknowledged", version: row.version };
      }),
    remove: (key, version) =>
      resultOf(async () => {
        await design.before?.(key);
        if (!(await transaction((tx) => removeRow(tx, key, version)))) return { outcome: "missed" };
        await design.after(key, undefined);
        return { outcome: "acknowledged" };
      }),
    counts: () => counts.all,
    async [Symbol.asyncDispose]() {
      await design.close();
      await rows[Symbol.asyncDispose]();
    },
  };
}
