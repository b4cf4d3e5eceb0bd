import { boundParameters } from "./bind.ts";

/** One execution of a statement: its text, and its parameters as they were sent, in text form. */
export interface Execution {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
}

/** One connection's statements, and which of them wait for their answers. */
export class Conversation {
  readonly #onTrip: (trip: readonly Execution[]) => void;
  readonly #prepared = new Map<string, string>();
  #bound: Execution = { text: "", parameters: [] };
  #trip: Execution[] = [];
  #unanswered = 0;

  /** @param onTrip told of each round trip when its first statement is sent; those sent with it come into the same list */
  constructor(onTrip: (trip: readonly Execution[]) => void) {
    this.#onTrip = onTrip;
  }

  /** A message of the client. */
  sent(type: string, body: Buffer): void {
    const [first = "", second = ""] = body.toString("utf8").split("\0", 2);
    if (type === "P") this.#prepared.set(first, second);
    else if (type === "B") this.#bound = { text: this.#prepared.get(second) ?? "", parameters: boundParameters(body) };
    else if (type === "E") this.#execute(this.#bound);
    else if (type === "Q") this.#execute({ text: first, parameters: [] });
    // Each of these two is answered by one ReadyForQuery.
    if (type === "Q" || type === "S") this.#unanswered += 1;
  }

  /** A message of the server. One that greets a new connection says that it is ready without having been asked. */
  answered(type: string): void {
    if (type === "Z") this.#unanswered = Math.max(0, this.#unanswered - 1);
  }

  #execute(execution: Execution): void {
    if (this.#unanswered === 0) {
      this.#trip = [];
      this.#onTrip(this.#trip);
    }
    this.#trip.push(execution);
  }
}
