import { initTRPC, TRPCError } from "@trpc/server";
import { createHTTPServer } from "@trpc/server/adapters/standalone";
import { z } from "zod";
import { makePlainProducts } from "../product.ts";
import { listenAnywhere } from "./listening.ts";

const input = z.object({ id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.~-]{0,127}$/) });

/** tRPC's own server. A query, so the request is a GET. */
export function serveTrpc(): Promise<number> {
  const products = makePlainProducts();
  const trpc = initTRPC.create();
  const router = trpc.router({
    getProduct: trpc.procedure.input(input).query(({ input: { id } }) => {
      const found = products.get(id);
      if (found === undefined) throw new TRPCError({ code: "NOT_FOUND" });
      return found;
    }),
  });
  return listenAnywhere(createHTTPServer({ router }));
}
