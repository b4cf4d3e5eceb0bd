/** A point at which work stops until the test lets it go on. */
export class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();

  /** Resolves once work has come to the gate. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#opened.resolve();
  }

  /** What the work calls. */
  readonly pass = async (): Promise<void> => {
    this.#reached.resolve();
    await this.#opened.promise;
  };
}
