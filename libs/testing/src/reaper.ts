import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./reaper-process.ts", import.meta.url));

/**
 * Ends programs when the process that started them is killed: nothing else would. A process of its own watches, and is told
 * of each program; closing the reaper ends those that still run, too.
 */
export class Reaper implements Disposable {
  readonly #process: ChildProcess;

  constructor() {
    // The group of its own keeps Ctrl-C at the terminal for this process, which ends the others in their order.
    this.#process = spawn(process.execPath, [PROGRAM], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    this.#process.stdin?.on("error", () => undefined);
  }

  /** @param pid of a program that was started a moment ago; undefined, of one that did not start, is passed over */
  watch(pid: number | undefined): void {
    if (pid !== undefined) this.#process.stdin?.write(`${pid}\n`);
  }

  [Symbol.dispose](): void {
    this.#process.stdin?.end();
  }
}
