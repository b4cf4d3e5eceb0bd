import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "@jest/globals";
import { Cleanup } from "./cleanup.ts";

test("removes the newest first, each once", async () => {
  const cleanup = new Cleanup();
  const removed: string[] = [];
  for (const name of ["product", "order"]) cleanup.add(name, async () => removed.push(name));
  expect(await cleanup.run()).toEqual([]);
  expect(await cleanup.run()).toEqual([]);
  expect(removed).toEqual(["order", "product"]);
});

test("goes on after an error, and tells what is left; what is gone already is no error", async () => {
  const cleanup = new Cleanup();
  const error = new ConnectError("away", Code.Unavailable);
  const removed: string[] = [];
  cleanup.add("a", async () => removed.push("a"));
  cleanup.add("b", () => Promise.reject(error));
  cleanup.add("c", () => Promise.reject(new ConnectError("gone", Code.NotFound)));
  expect(await cleanup.run()).toEqual([{ name: "b", error }]);
  expect(removed).toEqual(["a"]);
});
