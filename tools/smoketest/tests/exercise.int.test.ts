import type { Message } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { Cleanup } from "../src/cleanup.ts";
import { exercise } from "../src/flow/exercise.ts";
import { Report, Stopped } from "../src/report.ts";
import { type Lie, stubClients } from "./stub-clients.ts";

async function runExercise(lie?: Lie): Promise<{ readonly lines: string[]; readonly stopped: boolean }> {
  const lines: string[] = [];
  const report = new Report((text) => lines.push(...text.split("\n")));
  const flow = { report, clients: stubClients(lie), cleanup: new Cleanup(), orderIds: new Set<string>(), tag: "stub" };
  try {
    await exercise(flow);
    return { lines, stopped: false };
  } catch (error) {
    if (error instanceof Stopped) return { lines, stopped: true };
    throw error;
  }
}

/** Sets the value at a path in the answers of one method: `order.lineItems.0.imageUri`. */
function setting(method: string, path: string, value: unknown): Lie {
  return (called, answer) => {
    if (called !== method) return;
    const names = path.split(".");
    const last = names.pop() ?? "";
    // A lie knows no types; that the path exists is checked below.
    let target = answer as unknown as Record<string, unknown>;
    for (const name of names) target = target[name] as Record<string, unknown>;
    if (!(last in target)) throw new Error(`there is no ${path}`);
    target[last] = value;
  };
}

describe("the exercise", () => {
  test("passes with services that keep the contract", async () => {
    const { lines, stopped } = await runExercise();
    expect(stopped).toBe(false);
    expect(lines).toContain("ok    GetOrder shows stock 9 and the product's picture");
    expect(lines.every((line) => line.startsWith("ok "))).toBe(true);
  });

  test.each<[string, string, unknown, string, string]>([
    ["createProduct", "product.inStock", 9, "expected  10", "came      9"],
    ["createProduct", "product.imageUri", "", "product.imageUri", "came      ''"],
    ["createProduct", "product.etag", "", "product.etag", "came      ''"],
    ["getProduct", "product.title", "the odyssey", "expected", "the odyssey"],
    ["createOrder", "order.state", 1, "order.state", "came      1"],
    ["createOrder", "order.total.nanos", 989_999_999, "order.total.nanos", "expected  990000000"],
    ["createOrder", "order.lineItems.0.title", "", "order.lineItems[0].title", "expected  'The Odyssey'"],
    ["getOrder", "order.lineItems.0.product.inStock", 10, "response.order.lineItems[0].product.inStock", "expected  9"],
    ["getOrder", "order.lineItems.0.product", undefined, "response.order.lineItems[0].product", "came      undefined"],
    ["getOrder", "order.lineItems.0.imageUri", "/else.jpg", "imageUri", "/images/the_odyssey-stub.jpg"],
    ["getOrder", "order.lineItems", [], "response.order.lineItems.length", "came      0"],
    ["getOrder", "unreachable", ["the_odyssey-stub"], "response.unreachable.length", "came      1"],
  ])("fails when %s answers another %s: %j", async (method, path, value, ...told) => {
    const { lines, stopped } = await runExercise(setting(method, path, value));
    expect(stopped).toBe(true);
    expect(lines.filter((line) => line.startsWith("FAIL"))).toHaveLength(1);
    for (const words of told) expect(lines.join("\n")).toContain(words);
  });

  test("fails when the stock is never taken", async () => {
    const untouched: Lie = (method, answer: Message) => {
      if (method === "getOrder") return;
      setting("getProduct", "product.inStock", 10)(method, answer);
    };
    const { lines, stopped } = await runExercise(untouched);
    expect(stopped).toBe(true);
    expect(lines).toContain("FAIL  GetProduct shows stock 9 and another etag");
  });
});
