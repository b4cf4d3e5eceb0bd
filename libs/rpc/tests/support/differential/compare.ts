import { eventually } from "@skyport/testing";
import { ACCEPTED_DIFFERENCES } from "./accepted-differences.ts";
import { converse, type Script, type Wire } from "./conversation.ts";
import { normalise, requestIdIn } from "./normalise.ts";
import type { Recorder } from "./recorder.ts";
import type { Twin, Twins } from "./twins.ts";

/** Everything that can be seen of one case on one server. */
export interface Observation {
  /** What came over the wire, normalised. */
  readonly wire: string;
  /** What the handler met, and what went to the log. */
  readonly inside: readonly string[];
}

/** A case that the two servers answered differently. */
export interface Difference {
  readonly name: string;
  readonly stock: Observation;
  readonly fast: Observation;
}

/** What is sent. The label is new for each case, and finds what the handler noted. */
export type Sending<S = Script> = (label: string, recorder: Recorder) => S;

/** Runs a script against a server, and tells what came back. */
export type Converse<S> = (port: number, script: S) => Promise<Wire>;

interface Sent {
  readonly look: () => Observation;
}

interface Pair<S> {
  readonly name: string;
  readonly label: string;
  readonly sending: Sending<S>;
  readonly repeats: number;
  readonly stock: Sent;
  readonly fast: Sent;
}

/** How often the stock server may answer anew before another answer counts as none of its own. */
const REPEATS = 10;

/** How long what handlers note, and the log, may lag behind the answer. Milliseconds. */
const LAG_MS = 500;

let labels = 0;
const nextLabel = (): string => `c${String(++labels).padStart(6, "0")}`;

/**
 * Sends the same bytes to both servers and compares all that can be seen.
 *
 * Some of it hangs on chance: which of two packets comes first. So what differs is sent again, and the fast server's
 * answer is a difference when the stock server never gives it.
 */
export class Comparison<S> {
  readonly #twins: Twins;
  readonly #converse: Converse<S>;
  readonly #alike: Pair<S>[] = [];

  constructor(twins: Twins, converse: Converse<S>) {
    this.#twins = twins;
    this.#converse = converse;
  }

  /** Of scripts that write bytes. */
  static ofBytes(twins: Twins): Comparison<Script> {
    return new Comparison(twins, converse);
  }

  /** Undefined when the servers are alike, or when the difference is an accepted one. */
  async run(name: string, sending: Sending<S>, repeats = REPEATS): Promise<Difference | undefined> {
    const { stock, fast } = this.#twins;
    const label = nextLabel();
    const [first, second] = await Promise.all([this.#send(stock, sending, label), this.#send(fast, sending, label)]);
    const pair: Pair<S> = { name, label, sending, repeats, stock: first, fast: second };
    if (!(await becomeAlike(first, second))) return this.#repeat(pair);
    this.#alike.push(pair);
    return undefined;
  }

  /** Looks at every case again when all is quiet: at what came after the answer, to one of them alone. */
  async recheck(): Promise<Difference[]> {
    const { stock, fast } = this.#twins;
    await eventually(() => stock.recorder.quiet() && fast.recorder.quiet());
    const differences: Difference[] = [];
    for (const pair of this.#alike) {
      if (await becomeAlike(pair.stock, pair.fast)) continue;
      const difference = await this.#repeat(pair);
      if (difference !== undefined) differences.push(difference);
    }
    // What names no call: a server that meets a surprise says so there.
    const strays = fast.recorder.strays().filter((line) => !stock.recorder.strays().includes(line));
    if (strays.length > 0) {
      const [a, b] = [stock, fast].map(({ recorder }) => ({ wire: "", inside: recorder.strays() }));
      if (a !== undefined && b !== undefined) differences.push({ name: "the log", stock: a, fast: b });
    }
    return differences;
  }

  async #send({ port, recorder }: Twin, sending: Sending<S>, label: string): Promise<Sent> {
    const { text, end } = await this.#converse(port, sending(label, recorder));
    const wire = `${normalise(text)}[${end}]`;
    const ids = new Set([`r-${label}`, requestIdIn(text)].filter((id) => id !== undefined));
    return {
      look: () => ({
        wire,
        inside: [
          ...recorder.events(label),
          ...recorder.events(`r-${label}`),
          ...[...ids].flatMap((id) => recorder.log(id)),
        ].map(normalise),
      }),
    };
  }

  async #repeat({ name, label, sending, repeats, stock, fast }: Pair<S>): Promise<Difference | undefined> {
    let again = stock;
    for (let i = 0; i < repeats; i++) {
      this.#twins.stock.recorder.forget(label);
      again = await this.#send(this.#twins.stock, sending, label);
      if (await becomeAlike(again, fast)) return undefined;
    }
    const difference: Difference = { name, stock: again.look(), fast: fast.look() };
    return ACCEPTED_DIFFERENCES.some(({ covers }) => covers(difference)) ? undefined : difference;
  }
}

/** Whether both show the same: at once on the wire, within a moment inside. */
async function becomeAlike(stock: Sent, fast: Sent): Promise<boolean> {
  const [wire, other] = [stock.look().wire, fast.look().wire];
  if (wire !== other) return false;
  const alike = (): boolean => JSON.stringify(stock.look()) === JSON.stringify(fast.look());
  if (alike()) return true;
  return eventually(alike, { withinMs: LAG_MS }).then(
    () => true,
    () => false,
  );
}

const SHOWN = 1_200;

/** A difference for people: what only one of them shows. */
export function describeDifference({ name, stock, fast }: Difference): string {
  const cut = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
  const only = (a: Observation, b: Observation): string =>
    a.inside
      .filter((line) => !b.inside.includes(line))
      .map((line) => `\n    ${cut(line)}`)
      .join("");
  const wire = stock.wire === fast.wire ? [] : [`  stock sent ${cut(stock.wire)}`, `  fast sent ${cut(fast.wire)}`];
  return [name, ...wire, `  only stock noted:${only(stock, fast)}`, `  only fast noted:${only(fast, stock)}`].join(
    "\n",
  );
}
