import { inTurns } from "../rounds/rounds.ts";
import type { Budget, Progress } from "../targets/target.ts";
import { loadedSide, startGenerator } from "./measure/loaded-side.ts";
import type { Series, Side } from "./measure/rounds.ts";
import { type Peer, subjectFor } from "./peers.ts";
import type { RunningServer } from "./servers/start-server.ts";
import { startServer } from "./servers/start-server.ts";

/** What a peer is called when it is measured a second time, for the noise. */
export function againOf({ name }: Peer): string {
  return `${name}, again`;
}

/**
 * Starts peers, each in a process of its own, and loads them in turns.
 *
 * @param base what the others are compared with; it is measured a second time, as `againOf` it
 * @throws Error when one answers anything but the product
 */
export async function comparePeers(
  peers: readonly Peer[],
  base: Peer,
  budget: Budget,
  progress: Progress,
): Promise<Series> {
  await using opened = new AsyncDisposableStack();
  const generator = opened.use(await startGenerator());
  const servers = new Map<string, RunningServer>();
  for (const { server } of peers) {
    if (servers.has(server)) continue;
    progress.show(0, `starting ${server}`);
    servers.set(server, opened.use(await startServer(server)));
  }
  const sideOf = (peer: Peer, name: string): Side => {
    const server = servers.get(peer.server);
    if (server === undefined) throw new RangeError(`${peer.server} was not started`);
    return loadedSide(name, server.program, generator, subjectFor(peer, server.port));
  };
  const sides = [...peers.map((peer) => sideOf(peer, peer.name)), sideOf(base, againOf(base))];
  return await inTurns(sides, budget, progress);
}
