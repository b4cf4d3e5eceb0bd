import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { childrenOf, eventually, freePort, isAlive, signal } from "@skyport/testing";

/** A first start makes a cluster, which takes long where disks are slow. The limits are for what hangs. */
export const WITHIN = { withinMs: 60_000 } as const;
export const TEST_MS = 120_000;

const PROGRAM = fileURLToPath(new URL("./programs/start.ts", import.meta.url));

/** The variables that place a start's ports. */
type Ports = Readonly<Record<"PRODUCT_PORT" | "ORDER_PORT" | "PRODUCT_INSPECT_PORT" | "ORDER_INSPECT_PORT", string>>;

async function freePorts(): Promise<Ports> {
  const ports = new Set<string>();
  while (ports.size < 4) ports.add(String(await freePort()));
  const [PRODUCT_PORT = "", ORDER_PORT = "", PRODUCT_INSPECT_PORT = "", ORDER_INSPECT_PORT = ""] = ports;
  return { PRODUCT_PORT, ORDER_PORT, PRODUCT_INSPECT_PORT, ORDER_INSPECT_PORT };
}

/** A folder of its own that stands for a checkout, and ports of its own. */
export class Checkout implements AsyncDisposable {
  readonly root: string;
  readonly env: Ports;
  readonly #starts: Start[] = [];

  private constructor(root: string, env: Ports) {
    this.root = root;
    this.env = env;
  }

  static async make(): Promise<Checkout> {
    const root = await mkdtemp(join(tmpdir(), "skyport-dev-"));
    // As a checkout is: others may enter it, the database's account among them.
    await chmod(root, 0o755);
    return new Checkout(root, await freePorts());
  }

  start(mode: "start" | "dev" = "start", env: Readonly<Record<string, string>> = {}): Start {
    const start = new Start(this.root, mode, { ...this.env, ...env });
    this.#starts.push(start);
    return start;
  }

  get productUrl(): string {
    return `http://127.0.0.1:${this.env.PRODUCT_PORT}`;
  }

  get orderUrl(): string {
    return `http://127.0.0.1:${this.env.ORDER_PORT}`;
  }

  /** As npm does it: by a shell, which stays between npm and the script. */
  startByNpm(): Start {
    const start = new Start(this.root, "start", { ...this.env, npm_lifecycle_event: "start" }, true);
    this.#starts.push(start);
    return start;
  }

  /** Ends what a failed test has left, then removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const start of this.#starts) await start.end();
    await rm(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** One run of `npm start`, as a process. */
export class Start {
  readonly process: ChildProcess;
  readonly exited: Promise<number | NodeJS.Signals | null>;
  output = "";

  constructor(root: string, mode: string, env: Readonly<Record<string, string>>, byShell = false) {
    const inherited = { ...process.env, NODE_OPTIONS: "" };
    const command = [process.execPath, PROGRAM, root, mode] as const;
    // With a second command to come the shell does not replace itself by the first.
    const [file, ...args] = byShell ? (["sh", "-c", '"$0" "$@"; true', ...command] as const) : command;
    this.process = spawn(file, args, {
      env: { ...inherited, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on("data", (chunk) => {
        this.output += String(chunk);
      });
    }
    this.exited = new Promise((resolve) => {
      this.process.once("close", (code, by) => resolve(by ?? code));
    });
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error("the start has no process");
    return this.process.pid;
  }

  /** Waits until a line holds the text. */
  async says(text: string): Promise<void> {
    await eventually(() => this.output.includes(text) || Promise.reject(new Error(this.output)), WITHIN);
  }

  async ready(): Promise<this> {
    await this.says("Skyport is ready");
    return this;
  }

  /** The process ids of the watchdog, the database and the services. */
  children(): Promise<readonly number[]> {
    return childrenOf(this.pid);
  }

  /**
   * Ends it and all that it has started, as a crash of the machine does. It is stopped first, so that it can neither see
   * the others end nor collect them.
   */
  async crash(): Promise<void> {
    const children = await this.children();
    signal(this.pid, "SIGSTOP");
    for (const pid of [...children, this.pid]) signal(pid, "SIGKILL");
    await allGone(children);
  }

  async end(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill("SIGTERM");
    await this.exited;
  }
}

export async function allGone(pids: readonly number[]): Promise<void> {
  const gone = async (): Promise<boolean> => (await Promise.all(pids.map(isAlive))).every((alive) => !alive);
  await eventually(gone, WITHIN);
}
