import type { LogLevel } from "@skyport/rpc";
import { loadedSide, startGenerator } from "../peers/measure/loaded-side.ts";
import { alternate } from "../peers/measure/rounds.ts";
import { GRPC_JS, subjectFor, subjectOf } from "../peers/peers.ts";
import { measuringCores } from "../peers/process/place.ts";
import type { Encoded } from "../peers/product.ts";
import { hotBodies } from "../peers/servers/hot-bodies.ts";
import { startServer } from "../peers/servers/start-server.ts";
import { startServers } from "../stage/servers.ts";
import { openSql } from "../stage/sql.ts";
import type { Progress, Target } from "../targets/target.ts";
import { makeHotProduct } from "./hot-product.ts";
import { type MeasuredService, startService } from "./service.ts";
import { compared, noiseIn } from "./verdict.ts";

/** A server that gives one product, and what it is asked and answers. */
interface Hot {
  readonly server: Pick<MeasuredService, "program" | "port">;
  readonly encoded: Readonly<Record<"json" | "binary", Encoded>>;
}

/** The real product-svc with PostgreSQL and the cache in its process, and a product that it has cached. */
async function openService(opened: AsyncDisposableStack, level: LogLevel, progress: Progress): Promise<Hot> {
  progress.show(0, "starting PostgreSQL and product-svc");
  const { postgres } = opened.use(await startServers(await measuringCores(), false));
  const databaseUrl = await postgres.createDatabase();
  const env = { DATABASE_URL: databaseUrl, LOG_LEVEL: level };
  const server = opened.use(await startService({ service: "product-svc", place: "server", env }));
  progress.show(0, "waiting until the cache keeps values");
  return { server, encoded: await makeHotProduct(server.url, opened.use(openSql(databaseUrl))) };
}

/** A server of ours without a database, which encodes each answer anew. */
async function openFresh(opened: AsyncDisposableStack): Promise<Hot> {
  const server = opened.use(await startServer("ours-fresh"));
  return { server, encoded: { json: hotBodies("json"), binary: hotBodies("binary") } };
}

function byRaw(
  name: string,
  atLeast: number,
  open: (opened: AsyncDisposableStack, progress: Progress) => Promise<Hot>,
): Target {
  return {
    name,
    wanted: `>= ${atLeast.toFixed(2)}`,
    async measure(budget, progress) {
      await using opened = new AsyncDisposableStack();
      const { server, encoded } = await open(opened, progress);
      const generator = opened.use(await startGenerator());
      const raw = async (encoding: "json" | "binary") =>
        opened.use(await startServer(`raw-${encoding}`, { RAW_BODY: encoded[encoding].response.toString("base64") }));
      const [rawJson, rawBinary] = [await raw("json"), await raw("binary")];
      const side = (title: string, { program, port }: Hot["server"], encoding: "json" | "binary") =>
        loadedSide(title, program, generator, subjectOf(encoding, port, encoded[encoding]));
      const series = await alternate(
        [
          side("raw JSON", rawJson, "json"),
          side("JSON", server, "json"),
          side("raw JSON, again", rawJson, "json"),
          side("binary", server, "binary"),
          side("raw binary", rawBinary, "binary"),
        ],
        budget,
        progress,
      );
      const json = compared(series, "JSON", "JSON", "raw JSON");
      const binary = compared(series, "binary", "binary", "raw binary");
      const value = Math.min(json.ratio.median, binary.ratio.median);
      const noise = noiseIn(series, "raw JSON", "raw JSON, again");
      return { value, met: value >= atLeast, noise, detail: `${json.text}; ${binary.text}` };
    },
  };
}

/** One cached product, over and over, beside a server that does nothing but answer. */
export const HOT_READS: readonly Target[] = [
  byRaw("hot GetProduct, JSON and binary / raw node:http", 0.85, (opened, progress) =>
    openService(opened, "warn", progress),
  ),
  byRaw("the same with a log line a call (info) / raw node:http", 0.7, (opened, progress) =>
    openService(opened, "info", progress),
  ),
  byRaw("GetProduct, each answer encoded anew / raw node:http", 0.6, openFresh),
];

const GRPC_AT_LEAST = 1.5;

/** The same product-svc over gRPC. */
export const HOT_GRPC: Target = {
  name: "hot GetProduct over gRPC / @grpc/grpc-js",
  wanted: `>= ${GRPC_AT_LEAST.toFixed(2)}`,
  async measure(budget, progress) {
    await using opened = new AsyncDisposableStack();
    const { server, encoded } = await openService(opened, "warn", progress);
    const generator = opened.use(await startGenerator());
    const peer = opened.use(await startServer(GRPC_JS.server));
    const theirs = (title: string) => loadedSide(title, peer.program, generator, subjectFor(GRPC_JS, peer.port));
    const ours = loadedSide("gRPC", server.program, generator, subjectOf("grpc", server.port, encoded.binary));
    const sides = [theirs("grpc-js"), ours, theirs("grpc-js, again")];
    const series = await alternate(sides, budget, progress);
    const { ratio, text } = compared(series, "gRPC", "gRPC", "grpc-js");
    const noise = noiseIn(series, "grpc-js", "grpc-js, again");
    return { value: ratio.median, met: ratio.median >= GRPC_AT_LEAST, noise, detail: text };
  },
};
