import type { CpuProfile } from "./cpu-profile.ts";

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A process that was started with --inspect, as far as profiles go. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data)) as Answer));
    socket.addEventListener("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the inspector is gone"));
    });
  }

  /** @param address "ws://HOST:PORT/ID", as Node prints it when it starts */
  static async connect(address: string): Promise<Inspector> {
    const socket = new WebSocket(address);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`no inspector at ${address}`)));
    await promise;
    return new Inspector(socket);
  }

  /** Samples the stack while `work` runs, every 250 microseconds. */
  async profile(work: () => Promise<unknown>): Promise<CpuProfile> {
    await this.#ask("Profiler.enable");
    await this.#ask("Profiler.setSamplingInterval", { interval: 250 });
    await this.#ask("Profiler.start");
    await work();
    // The inspector's own form.
    const { profile } = (await this.#ask("Profiler.stop")) as { profile: CpuProfile };
    return profile;
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer.promise;
  }

  #hear({ id = 0, result, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
