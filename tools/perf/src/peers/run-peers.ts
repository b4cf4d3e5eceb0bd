import type { Budget, Progress } from "../targets/target.ts";
import { comparePeers } from "./compare.ts";
import { GRPC_JS, GRPC_PEERS, HTTP_PEERS, type Peer, RAW } from "./peers.ts";
import { type PeerTable, toTable } from "./table.ts";

const COMPARISONS = {
  http: { title: "GetProduct over HTTP/1.1", peers: HTTP_PEERS, base: RAW },
  grpc: { title: "GetProduct over gRPC", peers: GRPC_PEERS, base: GRPC_JS },
} as const satisfies Record<string, { title: string; peers: readonly Peer[]; base: Peer }>;

export type Comparison = keyof typeof COMPARISONS;

/**
 * Measures this project's server beside others that serve the same product from the same memory, all in turns.
 *
 * @throws Error when a peer does not start, or answers anything but the product
 */
export async function runPeers(which: Comparison, budget: Budget, progress: Progress): Promise<PeerTable> {
  const { title, peers, base } = COMPARISONS[which];
  return toTable(title, peers, base, await comparePeers(peers, base, budget, progress));
}
