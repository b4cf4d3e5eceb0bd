import { describe, expect, test } from "@jest/globals";
import { Turns } from "./turns.ts";

interface Work {
  readonly name: string;
  readonly shared: readonly string[];
}

/** Turns whose ends the test decides. */
function stage({ atOnce = 2, limit = 3 } = {}) {
  const running: { readonly names: string; readonly end: (error?: Error) => void }[] = [];
  const turns = new Turns<Work, string>({
    atOnce,
    limit,
    nameOf: ({ name }) => name,
    sharedBy: ({ shared }) => shared,
    run: (work) => {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      const end = (error?: Error) =>
        error === undefined ? resolve(work.map(({ name }) => `${name}!`)) : reject(error);
      running.push({ names: work.map(({ name }) => name).join(" "), end });
      return promise;
    },
  });
  return {
    turns,
    begun: () => running.map(({ names }) => names),
    ask: (name: string, ...shared: string[]) => turns.do({ name, shared }),
    /** Ends a turn, and waits until what that lets in has begun. */
    end: async (names: string, error?: Error) => {
      running.find((turn) => turn.names === names)?.end(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("Turns", () => {
  test("what comes first is done at once, alone, in as many turns as there may be", async () => {
    const { ask, begun, end } = stage();
    const answers = ["a", "b", "c"].map((name) => ask(name));
    expect(begun()).toEqual(["a", "b"]);
    await end("b");
    expect(begun()).toEqual(["a", "b", "c"]);
    await Promise.all([end("a"), end("c")]);
    expect(await Promise.all(answers)).toEqual(["a!", "b!", "c!"]);
  });

  test("what has waited is done together, the first that came, up to the limit", async () => {
    const { ask, begun, end } = stage({ atOnce: 1, limit: 3 });
    const answers = ["a", "b", "c", "d", "e"].map((name) => ask(name));
    await end("a");
    expect(begun()).toEqual(["a", "b c d"]);
    await end("b c d");
    await end("e");
    expect(await Promise.all(answers)).toEqual(["a!", "b!", "c!", "d!", "e!"]);
  });

  test("what shares something is in one turn, and never in two at once; the rest goes on", async () => {
    const { ask, begun, end } = stage();
    const answers = [ask("a", "x"), ask("b", "x"), ask("c", "y"), ask("d", "y", "x"), ask("e", "z")];
    expect(begun()).toEqual(["a", "c"]);
    await end("c");
    expect(begun()).toEqual(["a", "c", "e"]);
    await end("a");
    expect(begun()).toEqual(["a", "c", "e", "b d"]);
    await Promise.all([end("e"), end("b d")]);
    await Promise.all(answers);
  });

  test("one name is never in one turn twice, nor in two at once", async () => {
    const { ask, begun, end } = stage();
    const answers = [ask("a", "x"), ask("a", "y"), ask("b", "x"), ask("b", "x"), ask("c", "x")];
    expect(begun()).toEqual(["a"]);
    await end("a");
    expect(begun()).toEqual(["a", "a b"]);
    await end("a b");
    expect(begun()).toEqual(["a", "a b", "b c"]);
    await end("b c");
    await Promise.all(answers);
  });

  test("nobody is overtaken by what shares something with it", async () => {
    const { ask, begun, end } = stage({ atOnce: 3 });
    const answers = [ask("a", "x"), ask("b", "y"), ask("both", "x", "y"), ask("later", "x"), ask("free", "z")];
    expect(begun()).toEqual(["a", "b", "free"]);
    await end("a");
    expect(begun()).toEqual(["a", "b", "free"]);
    await end("b");
    expect(begun()).toEqual(["a", "b", "free", "both later"]);
    await Promise.all([end("free"), end("both later")]);
    await Promise.all(answers);
  });

  test("a turn that fails fails for all that is in it, and lets the next one in", async () => {
    const { ask, begun, end } = stage({ atOnce: 1 });
    const outcomes = Promise.allSettled([ask("a"), ask("b"), ask("c"), ask("d"), ask("e")]);
    await end("a");
    await end("b c d", new Error("lost"));
    expect(begun().at(-1)).toBe("e");
    await end("e");
    expect((await outcomes).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
  });

  test("work that got no result is told so", async () => {
    const turns = new Turns<string, string>({
      atOnce: 1,
      limit: 1,
      nameOf: (work) => work,
      sharedBy: () => [],
      run: async () => [],
    });
    await expect(turns.do("a")).rejects.toThrow("undone");
  });
});
