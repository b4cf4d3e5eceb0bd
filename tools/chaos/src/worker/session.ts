import { JournalWriter } from "@skyport/testing";
import type { Subject } from "../subject.ts";
import { Load } from "./load.ts";
import type { FromWorker, Progress, ToWorker, WorkerConfig, WorkerReport } from "./messages.ts";
import { Points } from "./points.ts";
import { Random } from "./random.ts";
import { Recorder } from "./recorder.ts";
import { openSubject } from "./subjects.ts";

const PROGRESS_MS = 50;

/** How long after the last deadline a round is closed although calls still run, in milliseconds. */
const STUCK_MS = 5_000;

/** What runs now. */
interface Round {
  readonly recorder: Recorder;
  readonly journal: JournalWriter;
  readonly progress: NodeJS.Timeout;
  readonly load: Load | undefined;
}

/** The working side of the channel: one subject, driven round after round as the parent says. */
export class WorkerSession implements AsyncDisposable {
  readonly #config: WorkerConfig;
  readonly #send: (message: FromWorker) => void;
  readonly #points: Points;
  #subject: Subject | undefined;
  #round: Round | undefined;

  constructor(config: WorkerConfig, send: (message: FromWorker) => void) {
    this.#config = config;
    this.#send = send;
    this.#points = new Points(new Random(config.seed, config.process, "points"));
  }

  async open(): Promise<void> {
    const { process, deadlineMs, subject, seed } = this.#config;
    const random = new Random(seed, process, "subject");
    this.#subject = await openSubject(subject, { process, deadlineMs, random, points: this.#points });
    this.#send({ type: "ready" });
  }

  async handle(message: Exclude<ToWorker, { type: "configure" }>): Promise<void> {
    if (message.type === "kill-at") this.#points.killAt(message.point);
    else if (message.type === "start") {
      this.#begin(message.round, message.journal, (recorder) => {
        return new Load(recorder, message.plan, this.#config.seed, this.#config.process, message.round);
      });
    } else if (message.type === "burst") {
      const recorder = this.#begin(message.round, message.journal, () => undefined);
      await Promise.all(Array.from({ length: message.reads }, () => recorder.read(message.key)));
      await this.#end();
    } else await this.#end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#round?.progress);
    await this.#subject?.[Symbol.asyncDispose]();
  }

  #begin(round: number, file: string, start: (recorder: Recorder) => Load | undefined): Recorder {
    if (this.#subject === undefined || this.#round !== undefined) throw new Error("a round begins at the wrong time");
    const { process, deadlineMs } = this.#config;
    const journal = new JournalWriter(file, process);
    const recorder = new Recorder({ subject: this.#subject, journal, process, round, deadlineMs });
    const progress = setInterval(() => this.#tell(recorder.progress), PROGRESS_MS);
    this.#round = { recorder, journal, progress, load: start(recorder) };
    return recorder;
  }

  async #end(): Promise<void> {
    if (this.#round === undefined) throw new Error("a round ends at the wrong time");
    const { recorder, journal, progress, load } = this.#round;
    await load?.stop(this.#config.deadlineMs + STUCK_MS);
    clearInterval(progress);
    // What is still running can write no more into this round's journal: its writes stay unknown.
    const report: WorkerReport = recorder.close();
    journal.close();
    this.#round = undefined;
    this.#send({ type: "report", report });
  }

  #tell(progress: Progress): void {
    this.#send({ type: "progress", progress });
  }
}
