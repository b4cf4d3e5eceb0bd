import { expect, test } from "@jest/globals";
import { extract } from "./extract.ts";

const page = (...lines: readonly string[]): string => lines.join("\n");

test("takes what is marked to be run, with what it is to print", () => {
  const markdown = page(
    "# Page",
    "```sh run",
    "echo 1",
    "```",
    "prints",
    "```text expect",
    "1",
    "```",
    "```sh",
    "not run",
    "```",
    "```sh run",
    "true",
    "```",
  );
  expect(extract("p.md", markdown)).toEqual([
    { page: "p.md", line: 2, script: "echo 1", expected: { kind: "text", text: "1" } },
    { page: "p.md", line: 12, script: "true" },
  ]);
});

test("takes an indented block without its indentation", () => {
  const markdown = page("1. Then", "   ```sh run", "   if true; then", "     echo 1", "   fi", "", "   ```");
  expect(extract("p.md", markdown)).toEqual([{ page: "p.md", line: 2, script: "if true; then\n  echo 1\nfi\n" }]);
});

test("leaves a block in a longer fence alone", () => {
  expect(extract("p.md", page("````md", "```sh run", "false", "```", "````"))).toEqual([]);
});

test("refuses an expectation without an example, and a second one", () => {
  const expectation = ["```json expect", "{}", "```"];
  expect(() => extract("p.md", page("", ...expectation))).toThrow("p.md:2: this expectation follows no example");
  const example = ["```sh run", "true", "```"];
  expect(() => extract("p.md", page(...example, ...expectation, ...expectation))).toThrow("p.md:7");
});
