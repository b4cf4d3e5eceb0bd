import type { ConnectRouter } from "@connectrpc/connect";
import { createRpcServer, type RpcServer, type RpcServerOptions } from "../../../src/index.ts";
import { markingStep } from "./marking-step.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { registerTwins } from "./services.ts";

/** One of two servers that differ in nothing but the path that unary calls take. */
export interface Twin {
  readonly name: "stock" | "fast";
  readonly port: number;
  readonly recorder: Recorder;
  readonly server: RpcServer;
}

export interface Twins extends AsyncDisposable {
  readonly stock: Twin;
  readonly fast: Twin;
}

/** How a pair of servers is set up. */
export interface TwinOptions extends Partial<Omit<RpcServerOptions, "services" | "logger">> {
  /** Options of the services' registration. */
  readonly registration?: Parameters<ConnectRouter["service"]>[2];
  /** Whether a step notes calls that ask for it, and refuses those that ask for that. */
  readonly marked?: boolean;
  /** Whether the second one takes the fast path. Default true: false compares the stock one with itself. */
  readonly secondIsFast?: boolean;
}

/** Starts a server without the fast path, and one with it. */
export async function startTwins(options: TwinOptions = {}): Promise<Twins> {
  const { registration, secondIsFast = process.env["DIFFERENTIAL_SELF"] !== "true", marked = false, ...rest } = options;
  const start = async (name: Twin["name"], fastPath: boolean): Promise<Twin> => {
    const recorder = createRecorder();
    const server = createRpcServer({
      name: "twin",
      port: 0,
      graceMs: 500,
      ...rest,
      steps: [...(rest.steps ?? []), ...(marked ? [markingStep(recorder)] : [])],
      logger: recorder.logger,
      services: registerTwins(recorder, registration),
      ...{ fastPath },
    });
    const { port } = await server.listen();
    return { name, port, recorder, server };
  };
  const [stock, fast] = await Promise.all([start("stock", false), start("fast", secondIsFast)]);
  return {
    stock,
    fast,
    async [Symbol.asyncDispose]() {
      await Promise.all([stock.server.close(), fast.server.close()]);
    },
  };
}
