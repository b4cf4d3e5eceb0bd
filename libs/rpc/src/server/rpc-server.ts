import type { DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { Health } from "@skyport/proto";
import type { Logger } from "pino";
import { DEFAULT_CACHE_CONTROL } from "../caching/revalidation.ts";
import { recordServices } from "../connect/router.ts";
import { createRpcHandlers } from "../connect/rpc-handler.ts";
import { registerHealth } from "../health/health-service.ts";
import { Readiness, type ReadinessCheck } from "../health/readiness.ts";
import { createHttpHandler } from "../http/http-handler.ts";
import { createStreamHandler } from "../http/stream-handler.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { Port } from "../port/port.ts";
import { registerReflection } from "../reflection/reflection-service.ts";
import { defaultSteps } from "../steps/default-steps.ts";
import { createMessageValidator } from "../steps/message-validator.ts";
import type { Step } from "../steps/step.ts";
import { type MessageCheck, validationStep } from "../steps/validation-step.ts";
import { listenError } from "./listen-error.ts";

export interface RpcServerOptions {
  /** For the log. */
  readonly name: string;
  /** The address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 lets the system choose a port. */
  readonly port: number;
  /** The variable that set the port, for the message when it is taken. Default `PORT`. */
  readonly portVariable?: string;
  /** Shares the port with other processes that say so too: the system spreads connections over them. Default false. */
  readonly reusePort?: boolean;
  readonly logger: Logger;
  /** Registers the application's services. */
  readonly services: (router: ConnectRouter) => void;
  /** The services that reflection shows. Default: every registered one, and health. An empty list turns it off. */
  readonly reflect?: readonly DescService[];
  /** Steps of the application's own, between the in-flight limit and validation: authentication. Default none. */
  readonly steps?: readonly Step[];
  /** Checks of request messages beyond their schemas' rules. Default none. */
  readonly checkMessage?: MessageCheck;
  /** What has to work for the server to take traffic, by name. Default nothing. */
  readonly readiness?: Readonly<Record<string, ReadinessCheck>>;
  /** Origins whose pages may call: `https://shop.example`, or `*`. Default none. */
  readonly corsOrigins?: readonly string[];
  /**
   * Serves unary calls of Connect over HTTP/1.1, and of gRPC, past Connect's own handlers, with the same steps and
   * answers: several times the rate. Default true; false is for comparing.
   */
  readonly fastPath?: boolean;
  /** The `Cache-Control` of answers to Connect's GET that carry an ETag. Default `private, no-cache`. */
  readonly cacheControl?: string;
  /** What to change of `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** Time between "not ready" and the end of listening, for load balancers to notice. Milliseconds; default 0. */
  readonly drainDelayMs?: number;
  /** Time that calls have to finish when the server closes. Milliseconds; default 10,000. */
  readonly graceMs?: number;
}

/** Where a server listens. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
  /** `http://127.0.0.1:8081` */
  readonly url: string;
}

export interface RpcServer extends AsyncDisposable {
  /** Listens, once: a second call gets the same address. Throws `ConfigError` when the port cannot be used. */
  listen(): Promise<ListenAddress>;
  /**
   * Turns readiness off, waits for the drain delay, stops to listen, lets calls finish for the grace period, then cuts
   * off what is left. May be called more than once: all callers wait for the same end.
   */
  close(): Promise<void>;
}

/**
 * A server of Connect (HTTP/1.1 and HTTP/2), gRPC and gRPC-web on one port, with health, reflection, probes, CORS and
 * the steps of every call. Throws when a service's validation rules cannot be compiled.
 */
export function createRpcServer(options: RpcServerOptions): RpcServer {
  const { logger, host = "127.0.0.1", port: wanted, graceMs = 10_000, drainDelayMs = 0 } = options;
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const readiness = new Readiness(options.readiness ?? {}, { logger });
  const cutOff = new AbortController();
  const validator = createMessageValidator();
  const validation = validationStep(validator, options.checkMessage);

  const rpc = createRpcHandlers({
    steps: defaultSteps(limits, { steps: options.steps ?? [], validation }),
    limits,
    logger,
    shutdownSignal: cutOff.signal,
    cacheControl: options.cacheControl ?? DEFAULT_CACHE_CONTROL,
    fastPath: options.fastPath ?? true,
    routes(router) {
      const services = recordServices(router, options.services);
      registerHealth(router, services, readiness);
      const shown = options.reflect ?? [...services, Health];
      if (shown.length > 0) registerReflection(router, shown, readiness.draining);
      validator.compile(services.flatMap((service) => service.methods.map((method) => method.input)));
    },
  });
  const corsOrigins = options.corsOrigins ?? [];
  const handler = createHttpHandler({ rpc: rpc.request, readiness, corsOrigins, logger });
  const port = new Port(handler, createStreamHandler(rpc.stream), limits);
  let listening: Promise<ListenAddress> | undefined;
  let closing: Promise<void> | undefined;

  const shutDown = async (): Promise<void> => {
    readiness.drain();
    if (drainDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, drainDelayMs));
    await port.close(graceMs, () => cutOff.abort(new ConnectError("the server is shutting down", Code.Unavailable)));
  };
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };

  const open = async (): Promise<ListenAddress> => {
    try {
      const { address, port: actual } = await port.listen(wanted, host, options.reusePort);
      const url = `http://${address.includes(":") ? `[${address}]` : address}:${actual}`;
      logger.info({ server: options.name, url }, "listening");
      return { address, port: actual, url };
    } catch (error) {
      throw listenError(error, wanted, host, options.portVariable ?? "PORT");
    }
  };

  return {
    listen() {
      listening ??= open();
      return listening;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
