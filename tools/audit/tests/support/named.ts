/** What a report names: "KIND resource", in its order. */
export function named(output: string): string[] {
  return [...output.matchAll(/^│ ([A-Z_]+) +│ (\w+\/\S+) +│/gm)].map(([, kind, resource]) => `${kind} ${resource}`);
}

/** A report with the lines of each cell of its tables put together. */
export function unwrapped(output: string): string {
  return output.replaceAll(/ +│\n│[ │]+/g, " ");
}
