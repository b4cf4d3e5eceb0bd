/**
 * Flags of Node for a machine that has other work: a small young generation, and an old one that is collected before it
 * has doubled. What they save and cost: docs/operations.md, Memory.
 */
export const LITTLE_MEMORY: readonly string[] = ["--max-semi-space-size=4", "--heap-growing-percent=75"];
