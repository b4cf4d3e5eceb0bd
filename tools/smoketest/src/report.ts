import { describeError } from "./check/describe-error.ts";
import { Surprise } from "./check/surprise.ts";

/** Ends a run after a step that failed; the report has told what is to be told. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Runs steps, prints each and counts. */
export class Report {
  readonly #print: (line: string) => void;
  #passed = 0;
  #failed = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  get failed(): number {
    return this.#failed;
  }

  /** A heading for the steps that follow. */
  section(title: string): void {
    this.#print(`\n${title}`);
  }

  /** A line that is neither passed nor failed. */
  note(line: string): void {
    this.#print(`      ${line}`);
  }

  /**
   * Runs one step. `name` says what is true when it passes: "GetProduct shows stock 10".
   *
   * @throws Stopped when it does not pass
   */
  async step<T>(name: string, body: () => Promise<T>): Promise<T> {
    try {
      const result = await body();
      this.#passed++;
      this.#print(`ok    ${name}`);
      return result;
    } catch (error) {
      this.#failed++;
      this.#print(`FAIL  ${name}`);
      const told = error instanceof Surprise ? error.message : describeError(error);
      for (const line of told.split("\n")) this.note(line);
      throw new Stopped(name);
    }
  }

  /** The line that ends a run. */
  summary(): void {
    this.#print(`\n${this.#passed} passed, ${this.#failed} failed`);
  }
}
