import { inspect } from "node:util";

/** Something came out otherwise than the contract has it. The message says what was expected and what came. */
export class Surprise extends Error {
  override readonly name = "Surprise";

  /**
   * @param what what was looked at: `order.total.units`
   * @param expected what the contract has there
   * @param came what was there
   */
  constructor(what: string, expected: unknown, came: unknown) {
    super(`${what}\nexpected  ${show(expected)}\ncame      ${show(came)}`);
  }
}

/** Words to print as they are, not as a value in quotes. */
export class Words {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function show(value: unknown): string {
  if (value instanceof Words) return value.text.replaceAll("\n", "\n          ");
  return inspect(value, { depth: 8, breakLength: 100, maxArrayLength: 20 }).replaceAll("\n", "\n          ");
}
