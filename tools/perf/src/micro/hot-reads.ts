import type { LogLevel } from "@skyport/rpc";
import { loadedSide, startGenerator } from "../peers/measure/loaded-side.ts";
import { noiseBetween, type Series, type Side } from "../peers/measure/rounds.ts";
import { type Protocol, subjectOf } from "../peers/peers.ts";
import { measuringCores } from "../peers/process/place.ts";
import { serving } from "../peers/product.ts";
import type { ServerName } from "../peers/servers/servers.ts";
import { type RunningServer, startServer } from "../peers/servers/start-server.ts";
import { inTurns } from "../rounds/rounds.ts";
import { startServers } from "../stage/servers.ts";
import { openSql } from "../stage/sql.ts";
import type { Measured, Progress, Target } from "../targets/target.ts";
import { type HotProduct, makeHotProduct } from "./hot-product.ts";
import { startService } from "./service.ts";
import { measuredTogether } from "./shared.ts";
import { compared } from "./verdict.ts";

const AT_LEAST = { warn: 0.85, info: 0.7, fresh: 0.6, grpc: 1.5 } as const;

const wanted = (atLeast: number): string => `>= ${atLeast.toFixed(2)}`;

/** The real product-svc with PostgreSQL and the cache in its process, and a product that it has cached. */
interface Service {
  readonly server: RunningServer;
  readonly product: HotProduct;
}

/** At two levels of its log. */
interface Services {
  readonly warn: Service;
  readonly info: Service;
}

async function startServices(opened: AsyncDisposableStack, progress: Progress): Promise<Services> {
  progress.show(0, "starting PostgreSQL and product-svc");
  const { postgres } = opened.use(await startServers(await measuringCores(), false));
  const start = async (level: LogLevel): Promise<() => Promise<Service>> => {
    const databaseUrl = await postgres.createDatabase();
    const env = { DATABASE_URL: databaseUrl, LOG_LEVEL: level };
    const server = opened.use(await startService({ service: "product-svc", place: "server", env }));
    return async () => {
      await using sql = openSql(databaseUrl);
      return { server, product: await makeHotProduct(server.url, sql) };
    };
  };
  const [warn, info] = [await start("warn"), await start("info")];
  progress.show(0, "waiting until the cache keeps values");
  return { warn: await warn(), info: await info() };
}

async function sidesOf(opened: AsyncDisposableStack, { warn, info }: Services): Promise<readonly Side[]> {
  const generator = opened.use(await startGenerator());
  const { product } = warn;
  const env = serving(product.binary.response);
  const peer = async (name: ServerName): Promise<RunningServer> => opened.use(await startServer(name, env));
  const [rawJson, rawBinary] = [await peer("raw-json"), await peer("raw-binary")];
  const [fresh, grpcJs] = [await peer("ours-fresh"), await peer("grpc-js")];
  const side = (name: string, { program, port }: RunningServer, protocol: Protocol, hot = product): Side => {
    const bodies = protocol === "json" ? hot.json : hot.binary;
    return loadedSide(name, program, generator, subjectOf(protocol, port, bodies));
  };
  return [
    side("raw JSON", rawJson, "json"),
    side("warn, JSON", warn.server, "json"),
    side("info, JSON", info.server, "json", info.product),
    side("anew, JSON", fresh, "json"),
    side("raw JSON, again", rawJson, "json"),
    side("raw binary", rawBinary, "binary"),
    side("warn, binary", warn.server, "binary"),
    side("info, binary", info.server, "binary", info.product),
    side("anew, binary", fresh, "binary"),
    side("grpc-js", grpcJs, "grpc"),
    side("gRPC", warn.server, "grpc"),
    side("grpc-js, again", grpcJs, "grpc"),
  ];
}

function byRaw(series: Series, name: string, atLeast: number): Measured {
  const json = compared(series, "JSON", `${name}, JSON`, "raw JSON");
  const binary = compared(series, "binary", `${name}, binary`, "raw binary");
  const value = Math.min(json.ratio.median, binary.ratio.median);
  const noise = noiseBetween(series, "raw JSON", "raw JSON, again");
  return { value, met: value >= atLeast, noise, detail: `${json.text}; ${binary.text}` };
}

function byGrpcJs(series: Series): Measured {
  const { ratio, text } = compared(series, "gRPC", "gRPC", "grpc-js");
  const noise = noiseBetween(series, "grpc-js", "grpc-js, again");
  return { value: ratio.median, met: ratio.median >= AT_LEAST.grpc, noise, detail: text };
}

/** One product, over and over, beside servers that do nothing but answer. */
export function hotReads(): readonly Target[] {
  return measuredTogether(
    [
      { key: "warn", name: "hot GetProduct, JSON and binary / raw node:http", wanted: wanted(AT_LEAST.warn) },
      { key: "info", name: "the same with a log line a call / raw node:http", wanted: wanted(AT_LEAST.info) },
      { key: "fresh", name: "the same, each answer encoded anew / raw node:http", wanted: wanted(AT_LEAST.fresh) },
      { key: "grpc", name: "hot GetProduct over gRPC / @grpc/grpc-js", wanted: wanted(AT_LEAST.grpc) },
    ],
    async (budget, progress) => {
      await using opened = new AsyncDisposableStack();
      const sides = await sidesOf(opened, await startServices(opened, progress));
      const series = await inTurns(sides, budget, progress);
      return {
        warn: byRaw(series, "warn", AT_LEAST.warn),
        info: byRaw(series, "info", AT_LEAST.info),
        fresh: byRaw(series, "anew", AT_LEAST.fresh),
        grpc: byGrpcJs(series),
      };
    },
  );
}
