/** What a command of a page is said to print. */
export interface Expected {
  readonly kind: "json" | "text";
  readonly text: string;
}

/** A block of commands that a page tells its reader to type. */
export interface Example {
  readonly page: string;
  /** The line of its opening fence, from 1. */
  readonly line: number;
  readonly script: string;
  readonly expected?: Expected;
}

interface Fence {
  readonly line: number;
  readonly info: string;
  readonly text: string;
}

/**
 * The examples of a Markdown page: blocks fenced as ```` ```sh run ````, each with the ```` ```json expect ```` or
 * ```` ```text expect ```` block that follows it, if there is one. Other blocks are for reading only.
 *
 * @throws Error when an expectation follows no example, or a second one does.
 */
export function extract(page: string, markdown: string): readonly Example[] {
  const examples: Example[] = [];
  for (const { line, info, text } of fences(markdown)) {
    if (info === "sh run") examples.push({ page, line, script: text });
    const kind = /^(json|text) expect$/.exec(info)?.[1];
    if (kind !== "json" && kind !== "text") continue;
    const example = examples.pop();
    if (example === undefined || example.expected !== undefined) {
      throw new Error(`${page}:${line}: this expectation follows no example`);
    }
    examples.push({ ...example, expected: { kind, text } });
  }
  return examples;
}

function fences(markdown: string): readonly Fence[] {
  const found: Fence[] = [];
  let open: { line: number; info: string; marks: string; indent: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const [, space = "", marks = "", info = ""] = /^( *)(`{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (marks !== "") open = { line: index + 1, info: info.trim(), marks, indent: space.length, lines: [] };
    } else if (marks.length >= open.marks.length && info.trim() === "") {
      found.push({ line: open.line, info: open.info, text: open.lines.join("\n") });
      open = undefined;
    } else {
      // A fence within a list is indented, and its lines with it.
      open.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    }
  }
  return found;
}
