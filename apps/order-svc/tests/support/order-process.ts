import { freePort } from "@skyport/testing";
import { type OrderServer, ordersAt, type Places, SECRET } from "./order-server.ts";
import { run } from "./program.ts";

/** An instance of order-svc as a process of its own, with the times of production. */
export interface OrderProcess extends OrderServer {
  /** SIGSTOP: nothing goes on, no timer and no answer, but its connections stay. */
  stop(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL: nothing is finished. */
  kill(): Promise<void>;
}

const SHIFTED_CLOCK = new URL("./shifted-clock.ts", import.meta.url);

/**
 * Starts an instance.
 *
 * @param clockShiftMs how far its calendar is ahead, in milliseconds
 */
export async function startOrderProcess(places: Places, clockShiftMs = 0): Promise<OrderProcess> {
  const { databaseUrl, databaseDirectUrl = databaseUrl, redisUrl, productServiceUrl } = places;
  const port = await freePort();
  const environment = {
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: databaseDirectUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    PRODUCT_SVC_URL: productServiceUrl,
    PAGE_TOKEN_SECRET: SECRET,
    CLOCK_SHIFT_MS: String(clockShiftMs),
  };
  const program = run("order-svc", environment, clockShiftMs === 0 ? undefined : SHIFTED_CLOCK);
  await program.ready();
  const url = `http://127.0.0.1:${port}`;
  const { orders, hangUp } = ordersAt(url);
  const end = async (by: NodeJS.Signals): Promise<void> => {
    hangUp();
    program.signal("SIGCONT");
    await program.end(by);
  };
  return {
    url,
    orders,
    stop: () => program.signal("SIGSTOP"),
    resume: () => program.signal("SIGCONT"),
    kill: () => end("SIGKILL"),
    close: () => end("SIGTERM"),
    [Symbol.asyncDispose]: () => end("SIGTERM"),
  };
}
