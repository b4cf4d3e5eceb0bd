import { isObject } from "../json.ts";
import type { Expected } from "./extract.ts";

/** Stands for what differs from run to run: any characters, any lines, any elements to the end of a list. */
const ANY = "...";

/**
 * Compares what a command printed with what its page says; undefined when they agree, else what differs.
 *
 * - `json`: each field of the page must be there with its value; fields that the page leaves out may be there too. A list
 *   must have the same length, or the page's ends in `"..."`. Within a string, `...` stands for any characters.
 * - `text`: line by line, blanks at the ends aside. Within a line, `...` stands for any characters; a line of `...` alone
 *   stands for any number of lines.
 */
export function compare({ kind, text }: Expected, printed: string): string | undefined {
  if (kind === "json") {
    const [wanted, got] = [parse(text), parse(printed)];
    if (wanted === undefined) return "the page's expectation is not JSON";
    return got === undefined ? "printed something that is not JSON" : differsAt("", wanted.value, got.value);
  }
  const pattern = text
    .trim()
    .split("\n")
    .map((line) => (line.trim() === ANY ? "(?:.*\\n)*" : `[ \\t]*${escaped(line.trim())}[ \\t]*\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${printed.trim()}\n`) ? undefined : "printed something else";
}

/** Wrapped, because `undefined` says that a text is not JSON. */
function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function escaped(text: string): string {
  return text.split(ANY).map(RegExp.escape).join(".*");
}

function differsAt(path: string, wanted: unknown, got: unknown): string | undefined {
  const differs = `${path === "" ? "the value" : path} is ${JSON.stringify(got)}, the page says ${JSON.stringify(wanted)}`;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(got)) return differs;
    const open = wanted.at(-1) === ANY;
    const elements: readonly unknown[] = open ? wanted.slice(0, -1) : wanted;
    if (open ? got.length < elements.length : got.length !== elements.length) return differs;
    return first(elements.map((element, index) => differsAt(`${path}[${index}]`, element, got[index])));
  }
  if (isObject(wanted)) {
    if (!isObject(got)) return differs;
    return first(Object.entries(wanted).map(([name, value]) => differsAt(`${path}.${name}`, value, got[name])));
  }
  if (typeof wanted === "string" && typeof got === "string") {
    return new RegExp(`^${escaped(wanted)}$`, "s").test(got) ? undefined : differs;
  }
  return wanted === got ? undefined : differs;
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((difference) => difference !== undefined);
}
