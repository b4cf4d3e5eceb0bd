import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { breaking } from "../scripts/breaking.ts";
import { drift } from "../scripts/drift.ts";
import { compile, format, lint } from "../scripts/finding.ts";
import { fullWorkspace, type WorkspaceCopy } from "./workspace-copy.ts";

const PRODUCT = "libs/proto/proto/skyport/product/v1/product.proto";
const GENERATED = "libs/proto/src/gen/skyport/product/v1/product_pb.js";

describe("the checks of the protos", () => {
  let copy: WorkspaceCopy;
  beforeEach(async () => {
    copy = await fullWorkspace();
  });
  afterEach(async () => {
    await copy[Symbol.asyncDispose]();
  });

  /** Replaces text that must be there in a file of the copy. */
  const edit = async (path: string, from: string, to: string) => {
    const text = await readFile(join(copy.ws.root, path), "utf8");
    if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`);
    await copy.write(path, text.replace(from, to));
  };

  test("find nothing in the repository as it is", async () => {
    const findings = await Promise.all([compile, format, lint, drift].map((check) => check(copy.ws)));
    expect(findings.flatMap(({ problems }) => problems)).toEqual([]);
  });

  test("compile tells where a mistake is, in one line", async () => {
    await edit(PRODUCT, "message Product {", "message Product { Missing missing = 99;");
    expect((await compile(copy.ws)).problems).toEqual([expect.stringMatching(/^\S+product\.proto:\d+:\d+:.*Missing/)]);
  });

  test("format names a file that is not formatted", async () => {
    await edit(PRODUCT, "message Product {", "message  Product  {");
    expect((await format(copy.ws)).problems).toEqual([`${PRODUCT} is not formatted`]);
  });

  test("lint demands a comment on every element, of ours only", async () => {
    await edit(
      PRODUCT,
      "message Product {",
      "message Bare {\n  string bare = 1;\n}\n// Documented.\nmessage Product {",
    );
    await edit(PRODUCT, "// Something that can be bought, and how much of it is left.\n", "");
    const { problems } = await lint(copy.ws);
    expect(problems).toEqual([
      expect.stringMatching(/^libs\/proto\/proto\S+ ?Message "Bare" should have a non-empty comment/),
      expect.stringMatching(/^libs\/proto\/proto\S+ ?Field "bare" should have a non-empty comment/),
    ]);
  });

  test("breaking refuses what a client's code or JSON would notice, and nothing else", async () => {
    await copy.commit();
    await edit(PRODUCT, "message Product {", "// New.\nmessage Added {}\nmessage Product {");
    expect((await breaking(copy.ws)).problems).toEqual([]);
    await edit(PRODUCT, "int32 in_stock", "int64 in_stock");
    await edit(PRODUCT, "string image_uri", "string picture_uri");
    const { problems, note } = await breaking(copy.ws);
    expect(problems).toEqual(
      expect.arrayContaining([expect.stringMatching(/in_stock.*int32.*int64/), expect.stringMatching(/image_uri/)]),
    );
    expect(note).toBe("compared with main");
  });

  test("drift names every generated file that is stale, missing or left over", async () => {
    await copy.write(GENERATED, "// edited");
    await copy.write("libs/proto/src/gen/old_pb.js", "// left over");
    await rm(join(copy.ws.genDir, "google/type/money_pb.d.ts"));
    await edit("libs/proto/src/index.ts", "ProductSchema", "Product as Renamed");
    expect((await drift(copy.ws)).problems).toEqual([
      "libs/proto/src/gen/google/type/money_pb.d.ts is missing: npm run generate",
      "libs/proto/src/gen/old_pb.js is not generated any more: npm run generate",
      `${GENERATED} is out of date: npm run generate`,
      "libs/proto/src/index.ts is out of date: npm run generate",
    ]);
  });
});
