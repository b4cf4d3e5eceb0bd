import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "@jest/globals";
import { equal } from "./check/expect.ts";
import { Report, Stopped } from "./report.ts";

function newReport() {
  const lines: string[] = [];
  return { report: new Report((text) => lines.push(...text.split("\n"))), lines };
}

test("a step that passes is printed, counted and returns its value", async () => {
  const { report, lines } = newReport();
  report.section("gRPC");
  await expect(report.step("GetProduct shows stock 10", async () => 7)).resolves.toBe(7);
  report.summary();
  expect(lines).toEqual(["", "gRPC", "ok    GetProduct shows stock 10", "", "1 passed, 0 failed"]);
  expect(report.failed).toBe(0);
});

test("a step that fails is printed with what was expected and what came, and stops the run", async () => {
  const { report, lines } = newReport();
  const step = report.step("GetProduct shows stock 10", async () => equal("product.inStock", 9, 10));
  await expect(step).rejects.toBeInstanceOf(Stopped);
  report.summary();
  expect(lines).toEqual([
    "FAIL  GetProduct shows stock 10",
    "      product.inStock",
    "      expected  10",
    "      came      9",
    "",
    "0 passed, 1 failed",
  ]);
  expect(report.failed).toBe(1);
});

test("an error that nobody expected is told with its details", async () => {
  const { report, lines } = newReport();
  const step = report.step("ListProducts answers", async () => {
    throw new ConnectError("away", Code.Unavailable);
  });
  await expect(step).rejects.toBeInstanceOf(Stopped);
  expect(lines).toEqual(["FAIL  ListProducts answers", "      UNAVAILABLE: away"]);
});
