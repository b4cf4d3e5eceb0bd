import { expect, test } from "@jest/globals";
import { until } from "./until.ts";

async function* endless(onReturn: () => void) {
  try {
    yield 1;
    yield 2;
    await new Promise(() => undefined);
  } finally {
    onReturn();
  }
}

test("passes items on until the signal aborts, also while the source waits", async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  for await (const item of until(
    controller.signal,
    endless(() => undefined),
  )) {
    seen.push(item);
    if (item === 2) setImmediate(() => controller.abort());
  }
  expect(seen).toEqual([1, 2]);
});

test("an aborted signal lets nothing pass, and a consumer who stops stops the source", async () => {
  const seen: number[] = [];
  for await (const item of until(
    AbortSignal.abort(),
    (async function* () {
      await null;
      yield 1;
    })(),
  ))
    seen.push(item);
  expect(seen).toEqual([]);
  let returned = false;
  for await (const _ of until(
    new AbortController().signal,
    endless(() => {
      returned = true;
    }),
  ))
    break;
  await new Promise((resolve) => setImmediate(resolve));
  expect(returned).toBe(true);
});

test("a source that ends or throws ends or throws", async () => {
  const signal = new AbortController().signal;
  const failing = until(
    signal,
    (async function* () {
      yield 1;
      throw new Error("no");
    })(),
  );
  expect((await failing.next()).value).toBe(1);
  await expect(failing.next()).rejects.toThrow("no");
});
