import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutation } from "./mutation-list.ts";

const library = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(library));

/** What a test run has told: the names of the tests that failed, or the reason why there were none. */
export interface Run {
  readonly failed: readonly string[];
  /** The tests could not be run at all, for instance because a line does not compile. */
  readonly broken: string | undefined;
}

/** The part of Jest's report that is read. */
interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

/** A copy of this library, of its own, in which lines can be changed and tests be run. */
export class Workspace implements Disposable {
  readonly #path = mkdtempSync(join(tmpdir(), "skyport-mutations-"));
  readonly #copy: string;

  constructor() {
    this.#copy = join(this.#path, "libs", "cache");
    mkdirSync(this.#copy, { recursive: true });
    for (const part of ["src", "tests", "package.json", "tsconfig.json", "node_modules"]) {
      cpSync(join(library, part), join(this.#copy, part), { recursive: true });
    }
    const shared = readdirSync(root).filter((file) =>
      /^(package\.json|tsconfig\.base\.json|jest\..*\.mjs)$/.test(file),
    );
    for (const file of shared) cpSync(join(root, file), join(this.#path, file));
    symlinkSync(join(root, "node_modules"), join(this.#path, "node_modules"));
  }

  /** Changes the line; returns what changes it back. Throws when the file does not hold it exactly once. */
  mutate({ file, find, replace }: Mutation): Disposable {
    const path = join(this.#copy, "src", file);
    const before = readFileSync(path, "utf8");
    if (before.split(find).length !== 2) throw new Error(`${file} does not hold exactly once: ${find}`);
    writeFileSync(
      path,
      before.replace(find, () => replace),
    );
    return { [Symbol.dispose]: () => writeFileSync(path, before) };
  }

  /** Runs the test files that match, and of them only the tests of this name where one is given. */
  async run(pattern: string, test?: string): Promise<Run> {
    const report = join(this.#path, "report.json");
    const only = test === undefined ? [] : ["--testNamePattern", `${escapeRegExp(test)}$`];
    const jest = join(root, "node_modules", "jest", "bin", "jest.js");
    const args = [jest, "-c", "../../jest.config.mjs", "--rootDir", ".", "--testMatch", `**/${pattern}`, ...only];
    const child = spawn(process.execPath, [...args, "--json", "--outputFile", report], {
      cwd: this.#copy,
      env: { ...process.env, NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    await new Promise((resolve) => child.on("close", resolve));
    try {
      // Written by the run that has just ended, in Jest's documented form.
      const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
      const results = testResults.flatMap(({ assertionResults }) => assertionResults);
      const failed = results.filter(({ status }) => status === "failed").map(({ title }) => title);
      const ran = results.some(({ status }) => status !== "pending");
      return { failed, broken: ran ? undefined : (testResults[0]?.message ?? "no test has run").slice(0, 500) };
    } catch {
      return { failed: [], broken: errors.slice(-500) };
    } finally {
      rmSync(report, { force: true });
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
