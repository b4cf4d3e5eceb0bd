/** PostgreSQL's array literal of texts (null is NULL) and arrays of them, every element quoted. */
export function formatArray(values: readonly unknown[], encode: (value: unknown) => string | null): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return formatArray(value, encode);
    const text = encode(value);
    return text === null ? "NULL" : `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  });
  return `{${elements.join(",")}}`;
}

/** An element of an array as the server writes it: a quoted text, a bare one, or a bracket or comma between them. */
const TOKEN = /"((?:[^"\\]|\\.)*)"|([^{},"]+)|([{}])|,/gs;

/**
 * Reads PostgreSQL's array literal, of any number of dimensions. Drizzle's own reader loses backslashes, so the driver hands it
 * arrays instead of text.
 */
export function parseArray<T>(text: string, decode: (element: string) => T): unknown[] {
  const root: unknown[] = [];
  const stack: unknown[][] = [root];
  for (const [, quoted, bare, bracket] of text.matchAll(TOKEN)) {
    const at = stack.at(-1) ?? root;
    if (quoted !== undefined) at.push(decode(quoted.replaceAll(/\\(.)/gs, "$1")));
    else if (bare !== undefined) at.push(bare === "NULL" ? null : decode(bare));
    else if (bracket === "{") {
      const inner: unknown[] = [];
      at.push(inner);
      stack.push(inner);
    } else if (bracket === "}") stack.pop();
  }
  const [array] = root;
  if (!Array.isArray(array) || stack.length !== 1) throw new Error("an array from the database cannot be read");
  return array;
}
