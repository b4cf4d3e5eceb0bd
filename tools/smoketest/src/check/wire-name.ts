import { Code } from "@connectrpc/connect";

/** A code as gRPC spells it: `NOT_FOUND`. */
export function wireName(code: Code): string {
  return (Code[code] ?? String(code)).replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
