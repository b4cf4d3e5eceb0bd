/** How much time a measurement may take. */
export interface Budget {
  /** How often each side is measured, in turn with the others: at least 1. */
  readonly rounds: number;
  /** How long one round of one side takes, in seconds, without its warm-up. */
  readonly seconds: number;
  /** How long a side is loaded before its first round, in seconds. */
  readonly warmUpSeconds: number;
}

/** Told how far a measurement is. */
export interface Progress {
  /**
   * @param share of the measurement that is done, from 0 to 1
   * @param text what is done now, in a few words
   */
  show(share: number, text: string): void;
}

/** What a measurement has found. */
export interface Measured {
  /** In the unit that `wanted` speaks of; NaN when it could not be measured. */
  readonly value: number;
  /** Whether the target is met; undefined when it could not be measured, and `detail` says why. */
  readonly met: boolean | undefined;
  /**
   * The measurement's own noise, relative: 0.03 when two rounds of the same thing differ by 3 %. 0 for what is counted
   * and not timed.
   */
  readonly noise: number;
  /** One line for people: the figures behind the value, with their units. */
  readonly detail: string;
}

/** One line of the table of targets: what is promised about speed and size. */
export interface Target {
  /** What is measured, against what; a row's title. */
  readonly name: string;
  /** What is wanted of the value, such as ">= 0.85". */
  readonly wanted: string;
  /**
   * Measures. Whatever it starts is ended when the promise settles.
   *
   * @throws Error when the measurement itself fails; a target that is missed is no error
   */
  measure(budget: Budget, progress: Progress): Promise<Measured>;
}
