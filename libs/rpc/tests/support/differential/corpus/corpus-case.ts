import type { Script } from "../conversation.ts";
import type { Recorder } from "../recorder.ts";

/** An odd request, or conversation, by name. */
export interface CorpusCase {
  readonly name: string;
  /** The recorder tells how far the server is. */
  readonly sending: (label: string, recorder: Recorder) => Script;
  /** How often the stock server may show another outcome, where that hangs on timers. */
  readonly repeats?: number;
}
