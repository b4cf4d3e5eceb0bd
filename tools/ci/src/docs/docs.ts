import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../process/command.ts";
import { type Counts, closingLine } from "../test/results.ts";
import { compare } from "./compare.ts";
import { type Example, extract } from "./extract.ts";
import { openShell, type Shell } from "./shell.ts";

/** Where the services are that the examples speak to. */
export interface Addresses {
  readonly product: string;
  readonly order: string;
}

/** The addresses of `npm start`, which the pages name. */
export const DEFAULT_ADDRESSES: Addresses = { product: "http://localhost:8081", order: "http://localhost:8082" };

/** Puts the addresses of running services in the place of those that the pages name. */
export function readdress(text: string, { product, order }: Addresses): string {
  return text
    .replaceAll(/(?:localhost|127\.0\.0\.1):8081\b/g, new URL(product).host)
    .replaceAll(/(?:localhost|127\.0\.0\.1):8082\b/g, new URL(order).host);
}

/** All examples of README.md and docs/, page by page. */
export async function readExamples(root = ROOT): Promise<readonly (readonly Example[])[]> {
  const pages = await Array.fromAsync(glob(["README.md", "docs/**/*.md"], { cwd: root }));
  return Promise.all(pages.toSorted().map(async (page) => extract(page, await readFile(join(root, page), "utf8"))));
}

/** Tries one example; undefined when it did what its page says, else what went wrong. */
export async function tryExample(shell: Shell, example: Example, addresses: Addresses): Promise<string | undefined> {
  const { ok, stdout, stderr } = await shell.run(readdress(example.script, addresses));
  const difference =
    ok && example.expected
      ? compare({ ...example.expected, text: readdress(example.expected.text, addresses) }, stdout)
      : undefined;
  if (ok && difference === undefined) return undefined;
  return [difference ?? "the commands failed", example.script, "printed:", stdout, stderr].join("\n");
}

/** Tries all examples against running services: the pages of a folder one after another, each in a shell of its own. */
export async function tryDocs(addresses: Addresses, print: (line: string) => void): Promise<Counts> {
  let [passed, failed] = [0, 0];
  for (const examples of await readExamples()) {
    await using shell = await openShell({ PRODUCT_URL: addresses.product, ORDER_URL: addresses.order });
    for (const example of examples) {
      const problem = await tryExample(shell, example, addresses);
      print(`${problem === undefined ? "PASS" : "FAIL"} ${example.page}:${example.line}`);
      if (problem === undefined) passed++;
      else failed++;
      if (problem !== undefined) print(problem);
    }
  }
  const counts = { passed, failed, skipped: 0 };
  print(`\n${closingLine(counts)}`);
  return counts;
}
