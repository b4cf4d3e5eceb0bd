/** Keeps this process alive: the servers do not, not even while their end is waited for. */
export class Awake implements Disposable {
  readonly #timer = setInterval(() => undefined, 1_000);

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
