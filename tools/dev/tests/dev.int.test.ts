import { copyFile, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { eventually } from "@skyport/testing";
import { allGone, Checkout, TEST_MS, WITHIN } from "./support.ts";

jest.setTimeout(TEST_MS);

/**
 * Overwrites a file by one write, blanks behind the text. Emptied first, it would be seen to change twice; and a file that
 * another one is renamed over is watched no more.
 */
async function overwrite(file: string, text: string): Promise<void> {
  await using opened = await open(file, "r+");
  const { size } = await opened.stat();
  const bytes = Buffer.alloc(size, " ");
  bytes.write(text);
  await opened.write(bytes);
}

describe("npm run dev", () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await Checkout.make();
  });
  afterAll(() => checkout[Symbol.asyncDispose]());

  test("lets debuggers in, restarts a service when its source changes, also a broken one, and ends all at Ctrl-C", async () => {
    const source = fileURLToPath(new URL("./programs/service.ts", import.meta.url));
    const entry = join(checkout.root, "service.ts");
    await copyFile(source, entry);
    await writeFile(join(checkout.root, "package.json"), '{"type":"module"}');
    const { PRODUCT_INSPECT_PORT, ORDER_INSPECT_PORT } = checkout.env;
    // The databases are given: what they hold does not matter here.
    const databases = {
      PRODUCT_DATABASE_URL: "postgres://given/product",
      ORDER_DATABASE_URL: "postgres://given/order",
    };
    const dev = await checkout.start("dev", { ...databases, SERVICE_ENTRY: entry }).ready();
    expect(dev.output).not.toContain("making the databases");
    for (const port of [PRODUCT_INSPECT_PORT, ORDER_INSPECT_PORT]) {
      expect((await fetch(`http://127.0.0.1:${port}/json/version`)).status).toBe(200);
    }
    expect(await (await fetch(`${checkout.productUrl}/env`)).json()).toMatchObject({
      DATABASE_URL: databases.PRODUCT_DATABASE_URL,
    });

    const begun = (service: string): number =>
      dev.output.match(new RegExp(`${service} \\| .*begins`, "g"))?.length ?? 0;
    await overwrite(entry, "this is no program");
    await dev.says("product-svc | Failed running");
    await dev.says("order-svc | Failed running");
    await overwrite(entry, await readFile(source, "utf8"));
    // Both, or the one that is still starting would have nothing to drain.
    await eventually(() => begun("product-svc") === 2 && begun("order-svc") === 2, WITHIN);
    for (const url of [checkout.productUrl, checkout.orderUrl]) {
      await eventually(async () => (await fetch(`${url}/readyz`)).ok, WITHIN);
    }
    expect((await fetch(`http://127.0.0.1:${PRODUCT_INSPECT_PORT}/json/version`)).status).toBe(200);

    const children = await dev.children();
    dev.process.kill("SIGINT");
    expect(await dev.exited).toBe(0);
    expect(dev.output.match(/has drained/g)?.length).toBe(4);
    await allGone(children);
    await expect(fetch(`${checkout.productUrl}/readyz`)).rejects.toThrow("fetch failed");
  });
});
