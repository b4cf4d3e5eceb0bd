import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually, freePort } from "@skyport/testing";

/** Both services of one tree of sources, as processes that end with this one. */
export interface Services extends AsyncDisposable {
  readonly orderUrl: string;
  readonly productUrl: string;
  /** By service, the CPU time that its process has used, in milliseconds; on Linux. */
  cpuMs(): Promise<Readonly<Record<string, number>>>;
}

export interface Databases {
  readonly order: string;
  readonly product: string;
  /** Undefined: each caches in its process. */
  readonly redis: string | undefined;
}

/** @param root the folder of the tree, which may be another checkout with its dependencies */
export async function startServices(
  root: string,
  databases: Databases,
  nodeOptions: readonly string[] = [],
): Promise<Services> {
  await using opened = new AsyncDisposableStack();
  const start = async (name: "product-svc" | "order-svc", variables: Readonly<Record<string, string>>) => {
    const port = await freePort();
    const child = spawn(process.execPath, [...nodeOptions, join(root, "apps", name, "src/main.ts")], {
      env: {
        PATH: process.env["PATH"],
        PORT: String(port),
        LOG_LEVEL: "warn",
        PAGE_TOKEN_SECRET: "page tokens of a measurement of CreateOrder",
        ...(databases.redis === undefined ? {} : { REDIS_URL: databases.redis }),
        ...variables,
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    process.once("exit", kill);
    opened.defer(async () => {
      if (child.exitCode === null && child.kill("SIGTERM")) await once(child, "exit");
      process.off("exit", kill);
    });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(`${url}/readyz`)).ok, { withinMs: 30_000, everyMs: 50 });
    return { url, pid: child.pid ?? 0 };
  };
  const product = await start("product-svc", { DATABASE_URL: databases.product });
  const order = await start("order-svc", { DATABASE_URL: databases.order, PRODUCT_SVC_URL: product.url });
  const owned = opened.move();
  return {
    orderUrl: order.url,
    productUrl: product.url,
    cpuMs: async () => ({ "product-svc": await cpuOf(product.pid), "order-svc": await cpuOf(order.pid) }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A tick is 10 ms wherever Node runs on Linux. */
const TICK_MS = 10;

async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
}
