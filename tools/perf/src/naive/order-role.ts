import type { NaiveLine, NaiveStore } from "./store.ts";
import { type Handler, Refused } from "./wire.ts";

/** The role that owns orders. */
export function orderRole(store: NaiveStore): Readonly<Record<string, Handler>> {
  return {
    async create({ lines }) {
      const wanted: readonly NaiveLine[] = Array.isArray(lines) ? lines : [];
      return { id: await store.addOrder(wanted), lines: wanted };
    },
    async get({ id }) {
      const lines = await store.lines(String(id));
      if (lines.length === 0) throw new Refused(`order ${String(id)} is not there`, 404);
      return { id: String(id), lines };
    },
  };
}
