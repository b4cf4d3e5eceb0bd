import { readFileSync } from "node:fs";
import { fromBinary, toJson } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorFromJson } from "@connectrpc/connect/protocol-connect";
import { describe, expect, test } from "@jest/globals";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@skyport/proto";
import { isReason, REASONS, type Reason } from "./registry.ts";
import { reasonOf } from "./to-connect-error.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
const reasons = Object.keys(REASONS).filter(isReason);

/** `InvalidArgument` as the page, and gRPC, spell it: `INVALID_ARGUMENT`. */
function nameOf(code: Code): string {
  return (Code[code] ?? "").replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

/** The text below a heading, up to the next one that is not deeper. */
function section(heading: string): string {
  const level = heading.indexOf(" ");
  const lines = page.split("\n");
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`docs/errors.md has no "${heading}"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return (end < 0 ? rest : rest.slice(0, end)).join("\n").trim();
}

/** The cells of a section's first table, without its head. */
function table(heading: string): string[][] {
  const rows = section(heading)
    .split("\n")
    .filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the table of reasons in docs/errors.md", () => {
  const rows = table("## Reasons");

  test("has one row for each reason of the registry, in its order, and no other", () => {
    expect(rows.map(([reason]) => /^\[`(.*)`\]/.exec(reason ?? "")?.[1])).toEqual(reasons);
  });

  test.each(reasons)("tells of %s what the registry does", (reason) => {
    const { code, retryable, meaning } = REASONS[reason];
    const row = rows.find(([cell]) => cell?.startsWith(`[\`${reason}\`]`));
    const link = `[\`${reason}\`](#${reason.toLowerCase()})`;
    expect(row).toEqual([link, `\`${nameOf(code)}\``, retryable ? "yes" : "no", meaning]);
  });
});

describe("the sections of docs/errors.md", () => {
  test("tell for each reason what to do, in the registry's order", () => {
    const headings = page.match(/^### [A-Z][A-Z_]+$/gm) ?? [];
    expect(headings).toEqual(reasons.map((reason) => `### ${reason}`));
  });

  test.each(reasons)("say something about %s", (reason) => {
    expect(section(`### ${reason}`)).not.toBe("");
  });

  test("name no reason that the registry does not have", () => {
    const codes = new Set(Object.values(REASONS).map(({ code }) => nameOf(code)));
    const others = new Set([...codes, "NOT_FOUND", "UNKNOWN", "UNIMPLEMENTED"]);
    const words = page.match(/\b[A-Z]{2,}(?:_[A-Z]{2,})+\b/g) ?? [];
    expect(words.filter((word) => !isReason(word) && !others.has(word))).toEqual([]);
  });
});

describe("the table of codes in docs/errors.md", () => {
  test("has each code of the registry with its number, and no other", () => {
    const codes = [...new Set(Object.values(REASONS).map(({ code }) => code))].sort((a, b) => a - b);
    const expected = codes.map((code) => [`\`${nameOf(code)}\``, String(code), `\`${nameOf(code).toLowerCase()}\``]);
    expect(table("## Codes").map((row) => row.slice(0, 3))).toEqual(expected);
  });
});

describe("the examples in docs/errors.md", () => {
  const schemas = [
    BadRequestSchema,
    ErrorInfoSchema,
    PreconditionFailureSchema,
    QuotaFailureSchema,
    ResourceInfoSchema,
    RetryInfoSchema,
  ];
  const examples = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map((match): unknown => JSON.parse(match[1] ?? ""));

  test("are there", () => {
    expect(examples.length).toBeGreaterThan(0);
  });

  test.each(examples.map((example, index) => [index, example] as const))("example %d is a true one", (_, example) => {
    const error = parse(example);
    const reason = reasonOf(error);
    expect(reason !== undefined && isReason(reason) && REASONS[reason satisfies Reason].code).toBe(error.code);
    for (const detail of error.details) {
      if (!("type" in detail)) throw new Error("a detail that did not come over the wire");
      const schema = schemas.find(({ typeName }) => typeName === detail.type);
      if (schema === undefined) throw new Error(`${detail.type} is no detail of ours`);
      expect(toJson(schema, fromBinary(schema, detail.value))).toEqual(detail.debug);
    }
  });

  function parse(example: unknown): ConnectError {
    const fallback = new ConnectError("not an error of Connect", Code.Unknown);
    // errorFromJson checks the shape itself; its parameter's type is that of parsed JSON.
    return errorFromJson(example as Parameters<typeof errorFromJson>[0], undefined, fallback);
  }
});
