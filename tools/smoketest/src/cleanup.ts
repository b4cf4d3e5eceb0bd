import { Code, ConnectError } from "@connectrpc/connect";

/** What a run has made, and how it goes away again. */
export class Cleanup {
  readonly #undo: { readonly name: string; readonly undo: () => Promise<unknown> }[] = [];

  /** `undo` removes what is called `name`; NOT_FOUND means that it is gone already. */
  add(name: string, undo: () => Promise<unknown>): void {
    this.#undo.push({ name, undo });
  }

  /**
   * Removes everything, the newest first.
   *
   * @returns what could not be removed, with the error
   */
  async run(): Promise<{ readonly name: string; readonly error: unknown }[]> {
    const left: { readonly name: string; readonly error: unknown }[] = [];
    for (const { name, undo } of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        if (ConnectError.from(error).code !== Code.NotFound) left.push({ name, error });
      }
    }
    return left;
  }
}
