import { describe, expect, test } from "@jest/globals";
import { freePort } from "@skyport/testing";
import { runAudit } from "../support/program.ts";
import type { Shop } from "../support/shop.ts";

export function programCases(shop: () => Shop): void {
  test("finds nothing where nothing is wrong, and says what it has looked at", async () => {
    const stack = shop();
    const { boat, ship } = stack;
    await stack.order({ [ship]: 2, [boat]: 1 });
    const run = await runAudit([], stack.environment);
    expect(run).toEqual({ code: 0, errors: "", output: expect.stringMatching(/\nNo discrepancies\.\n$/) });
    expect(run.output).toMatch(/^products {6}2, with 147 in stock\nreservations {2}2, of which 1 hold 3\n/);
    expect(run.output).toContain("orders        2: 1 confirmed, 0 pending, 1 cancelled");
    const json = await stack.audit("--json", "--page-size=1");
    expect(json.isClean).toBe(true);
    expect(JSON.parse(json.output)).toMatchObject({ clean: true, checked: { orders: 2, reserved: 3, inStock: 147 } });
  });

  describe("an audit that cannot be carried out", () => {
    const nobody = async (): Promise<string> => `http://127.0.0.1:${await freePort()}`;

    test("says in one line which service does not answer", async () => {
      const run = await runAudit([], { PRODUCT_URL: await nobody(), ORDER_URL: await nobody() });
      expect(run).toMatchObject({ code: 2, output: "" });
      expect(run.errors).toMatch(/^audit: product-svc does not answer at http:\S+ \(.*\); is it running\?[^\n]*\n$/);
    });

    test("says so of the other service, and of one that is not what it should be", async () => {
      const { productUrl } = shop();
      const run = await runAudit([], { PRODUCT_URL: productUrl, ORDER_URL: productUrl });
      expect(run).toMatchObject({ code: 2, output: "" });
      expect(run.errors).toMatch(/^audit: order-svc does not answer at http:\S+ \(\[unimplemented\].*\n$/);
    });

    test("says in one line what is wrong with its arguments", async () => {
      const run = await runAudit(["--page-size", "none"], {});
      const errors = 'audit: --page-size must be a whole number from 1 to 1000, not "none"\n';
      expect(run).toEqual({ code: 2, output: "", errors });
    });

    test("tells how it is used", async () => {
      expect(await runAudit(["--help"], {})).toEqual({
        code: 0,
        errors: "",
        output: expect.stringContaining("Usage:"),
      });
    });
  });
}
