import { expect, test } from "@jest/globals";
import { IdentityWatch } from "./identity-watch.ts";

test("tells of a change, not of the first answer, a repetition or a failure", async () => {
  const answers: (string | undefined)[] = ["a:1", "a:1", undefined, "a:1", "a:2", "a:2"];
  const changes: number[] = [];
  let asked = 0;
  using watch = new IdentityWatch(
    async () => {
      const answer = answers[asked];
      asked += 1;
      if (answer === undefined) throw new Error("no answer");
      return answer;
    },
    () => changes.push(asked),
  );
  for (const _ of answers) await watch.look();
  expect(changes).toEqual([5]);
});
