import { BODIES } from "./bodies.ts";
import { CALLS } from "./calls.ts";
import { CONNECTIONS } from "./connections.ts";
import type { CorpusCase } from "./corpus-case.ts";

/** Odd requests and conversations, each by its name. */
export const CORPUS: readonly CorpusCase[] = [...BODIES, ...CONNECTIONS, ...CALLS];
