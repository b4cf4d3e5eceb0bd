import { DomainError } from "@skyport/errors";
import type { Step } from "../../../src/index.ts";
import type { Notes } from "./programs.ts";

/** Notes under the call's id that its headers are here (`x-mark`), and takes its time or refuses (`x-refuse`). */
export function markingStep(notes: Pick<Notes, "note">): Step {
  const refusal = (): DomainError => new DomainError("INVALID_FIELDS", "not you");
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  return {
    name: "marking",
    enter(call) {
      const refuse = call.header("x-refuse");
      if (call.header("x-mark") !== undefined) notes.note(call.id, "entered");
      if (refuse === "yes") throw refusal();
      if (refuse === "no") return later();
      if (refuse === "later") {
        return later().then(() => {
          throw refusal();
        });
      }
      return undefined;
    },
  };
}
