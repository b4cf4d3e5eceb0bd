/**
 * Why a program cannot start: one line a problem, each naming the variable and what it takes. It is made for the
 * person who starts the program, so `runService` prints it without a stack.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join("\n"), options);
    this.problems = problems;
  }
}
