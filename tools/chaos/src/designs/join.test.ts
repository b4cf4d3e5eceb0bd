import { expect, test } from "@jest/globals";
import { joined } from "./join.ts";

test("callers share a read that is under way, for their key only, and start another one after it", async () => {
  const gates: PromiseWithResolvers<string>[] = [];
  const read = joined((_key: string) => {
    const gate = Promise.withResolvers<string>();
    gates.push(gate);
    return gate.promise;
  });
  const answers = [read("a"), read("a"), read("b")];
  expect(gates).toHaveLength(2);
  gates[0]?.resolve("first");
  gates[1]?.resolve("other");
  expect(await Promise.all(answers)).toEqual(["first", "first", "other"]);
  const again = read("a");
  gates[2]?.resolve("second");
  expect(await again).toBe("second");
});
