import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { objectOr, readObject } from "../src/json.ts";
import { copyWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

let copy: WorkspaceCopy;

beforeAll(async () => {
  copy = await copyWorkspace();
}, 120_000);

afterAll(async () => {
  await copy[Symbol.asyncDispose]();
});

/** The tasks that `nx affected` would run after a change of this file, in the order of their names. */
async function affected(changed: string): Promise<readonly string[]> {
  const file = join(copy.root, "tmp", "tasks.json");
  await copy.run("nx", ["affected", "-t", "test", "int", `--files=${changed}`, `--graph=${file}`]);
  return Object.keys(objectOr(objectOr((await readObject(file))["tasks"])["tasks"])).toSorted();
}

describe("after a change of", () => {
  test.each(["product-svc", "order-svc"])("%s, its own tests run and no others", async (app) => {
    expect(await affected(`apps/${app}/src/main.ts`)).toEqual([`${app}:int`, `${app}:test`]);
  });

  test("the contract, the tests run of whatever knows it", async () => {
    const tasks = await affected("libs/proto/proto/skyport/product/v1/product.proto");
    expect(tasks).toEqual(expect.arrayContaining(["proto:test", "order-svc:test", "product-svc:test"]));
    expect(tasks).not.toContain("testing:test");
  });

  test("how the contract's code is generated, the tests of both services run", async () => {
    expect(await affected("buf.gen.yaml")).toEqual(expect.arrayContaining(["order-svc:test", "product-svc:test"]));
  });

  test("the page of errors, the tests run that hold it against the registry", async () => {
    expect(await affected("docs/errors.md")).toContain("errors:test");
  });

  test("how tests are run, all of them run", async () => {
    expect((await affected("jest.config.mjs")).length).toBeGreaterThan(20);
  });
});
