import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Operation, readJournal } from "@skyport/testing";
import type { Progress, WorkerReport } from "./messages.ts";
import type { LoadPlan } from "./plan.ts";
import type { SubjectDescription } from "./subjects.ts";
import { totals } from "./totals.ts";
import { Worker } from "./worker.ts";

export interface WorkersOptions {
  /** How many processes. */
  readonly count: number;
  /** What each drives: the same, or by the process's number. */
  readonly subject: SubjectDescription | ((index: number) => SubjectDescription);
  readonly seed: number;
  /** How long each call may take, in milliseconds. Default 3,000. */
  readonly deadlineMs?: number;
}

/** The same load in every process, or one by the process's number; undefined: that process has a rest. */
export type RoundPlan = LoadPlan | ((index: number) => LoadPlan | undefined);

/** What one round was. */
export interface RoundResult {
  readonly round: number;
  /** Of all processes, those that were killed included. */
  readonly operations: readonly Operation[];
  /** Of the processes that lived to its end. */
  readonly reports: readonly WorkerReport[];
  readonly total: Progress;
  /** Names of the processes that ended during the round; `restart` brings up others in their place. */
  readonly killed: readonly string[];
}

/** A round under way. */
export interface RunningRound {
  readonly round: number;
  /** The sum over all processes, a moment old. */
  progress(): Progress;
  /** Whether any of its processes lives. */
  alive(): boolean;
  /** Ends it: no new operation starts, every operation that runs ends (or is unknown), the journals are read. */
  end(): Promise<RoundResult>;
}

/** When a round is over: after so many milliseconds, when the promise settles, or when the condition holds. */
export type RoundLength = number | Promise<unknown> | ((progress: Progress) => boolean);

/** Working processes, and the rounds that they do together. */
export class Workers implements AsyncDisposable {
  #options: WorkersOptions;
  readonly #folder: string;
  readonly #workers: Worker[] = [];
  #rounds = 0;
  #starts = 0;

  private constructor(options: WorkersOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
  }

  /** Starts the processes; resolves when the subject of each is open. */
  static async start(options: WorkersOptions): Promise<Workers> {
    const workers = new Workers(options, await mkdtemp(join(tmpdir(), "skyport-chaos-")));
    const starts = await Promise.allSettled(Array.from({ length: options.count }, (_, index) => workers.#start(index)));
    const failed = starts.find((start) => start.status === "rejected");
    if (failed !== undefined) {
      await workers.close();
      throw failed.reason;
    }
    return workers;
  }

  /** The living processes' ids by their number; undefined for one that has ended. */
  get pids(): readonly (number | undefined)[] {
    return this.#workers.map((worker) => (worker.ended ? undefined : worker.pid));
  }

  worker(index: number): Worker {
    const worker = this.#workers[index];
    if (worker === undefined) throw new RangeError(`there is no process ${index}`);
    return worker;
  }

  /** Starts a round and leaves it running. */
  begin(plan: RoundPlan): RunningRound {
    const round = this.#nextRound();
    const journals = new Map<Worker, string>();
    for (const [index, worker] of this.#workers.entries()) {
      const own = typeof plan === "function" ? plan(index) : plan;
      if (worker.ended || own === undefined) continue;
      const journal = this.#journal(worker, round);
      journals.set(worker, journal);
      worker.tell({ type: "start", round, plan: own, journal });
    }
    const at = [...journals.keys()];
    return {
      round,
      progress: () => totals(at.map((worker) => worker.progress)),
      alive: () => at.some((worker) => !worker.ended),
      end: async () => {
        const reports = at.map((worker) => worker.report({ type: "stop" }));
        return this.#finish(round, journals, reports);
      },
    };
  }

  /** Does a whole round. @throws Error when every process ends before its condition holds, or one fails. */
  async run(plan: RoundPlan, length: RoundLength): Promise<RoundResult> {
    const running = this.begin(plan);
    try {
      if (typeof length === "number") await sleep(length);
      else if (typeof length === "function") await this.#until(running, length);
      else await length;
    } catch (error) {
      await running.end();
      throw error;
    }
    return running.end();
  }

  /** A round of its own: every process starts this many reads of one key at once. */
  async burst(key: string, reads: number): Promise<RoundResult> {
    const round = this.#nextRound();
    const journals = new Map(this.#living().map((worker) => [worker, this.#journal(worker, round)]));
    const reports = [...journals].map(([worker, journal]) =>
      worker.report({ type: "burst", round, key, reads, journal }),
    );
    return this.#finish(round, journals, reports);
  }

  /** Between rounds: all processes close their subject and open this one. */
  async drive(subject: WorkersOptions["subject"]): Promise<void> {
    this.#options = { ...this.#options, subject };
    await this.restart();
    await Promise.all(
      this.#workers.map((worker, index) => worker.configure({ ...worker.config, subject: this.#subject(index) })),
    );
  }

  /** Starts a process in the place of each that has ended. */
  async restart(): Promise<void> {
    await Promise.all(this.#workers.map((worker, index) => (worker.ended ? this.#start(index) : undefined)));
  }

  /** Ends all processes and removes their journals. */
  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #until(running: RunningRound, condition: (progress: Progress) => boolean): Promise<void> {
    while (!condition(running.progress())) {
      if (!running.alive()) throw new Error("every process of the round has ended");
      await sleep(20);
    }
  }

  async #start(index: number): Promise<void> {
    const { seed, deadlineMs = 3_000 } = this.#options;
    this.#starts += 1;
    this.#workers[index] = await Worker.start({
      process: `p${this.#starts}`,
      seed,
      deadlineMs,
      subject: this.#subject(index),
    });
  }

  #subject(index: number): SubjectDescription {
    const { subject } = this.#options;
    return typeof subject === "function" ? subject(index) : subject;
  }

  #living(): Worker[] {
    return this.#workers.filter((worker) => !worker.ended);
  }

  #nextRound(): number {
    this.#rounds += 1;
    return this.#rounds;
  }

  #journal(worker: Worker, round: number): string {
    return join(this.#folder, `${worker.config.process}-${round}.journal`);
  }

  async #finish(
    round: number,
    journals: ReadonlyMap<Worker, string>,
    reports: readonly Promise<WorkerReport | undefined>[],
  ): Promise<RoundResult> {
    const answers = await Promise.all(reports);
    const operations: Operation[] = [];
    for (const journal of journals.values()) {
      for (const operation of readJournal(journal)) operations.push(operation);
      await rm(journal, { force: true });
    }
    return {
      round,
      operations,
      reports: answers.filter((report) => report !== undefined),
      total: totals([...journals.keys()].map((worker) => worker.progress)),
      killed: [...journals.keys()].filter((worker) => worker.ended).map((worker) => worker.config.process),
    };
  }
}
