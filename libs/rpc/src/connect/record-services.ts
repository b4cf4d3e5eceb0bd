import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";

/** Runs `register` and tells which services it registered, in that order, each once. */
export function recordServices(router: ConnectRouter, register: (router: ConnectRouter) => void): DescService[] {
  const before = router.handlers.length;
  register(router);
  return [...new Set(router.handlers.slice(before).map((handler) => handler.service))];
}
