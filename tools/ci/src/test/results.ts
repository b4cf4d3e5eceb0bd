import { isObject, objectOr, readObject } from "../json.ts";

/** Tests by their outcome. A suite that could not run, or broke outside its tests, is one failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Counts what Jest wrote with `--json --outputFile`, of a project that has this many suites. */
export function count(results: unknown, suites: number): Counts {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = objectOr(results);
  const ran = (Array.isArray(testResults) ? testResults : []).filter(isObject);
  // Failing to load, and failing in afterAll, leave a failed suite without a failed test.
  const broken = ran.filter(({ status, assertionResults }) => status === "failed" && !hasFailure(assertionResults));
  const missing = Math.max(0, suites - ran.length);
  return {
    passed: number(numPassedTests),
    failed: number(numFailedTests) + broken.length + missing,
    skipped: number(numPendingTests) + number(numTodoTests),
  };
}

function hasFailure(assertionResults: unknown): boolean {
  return Array.isArray(assertionResults) && assertionResults.some((result) => objectOr(result)["status"] === "failed");
}

/** The same from a file; one that is missing or broken means that none of the suites ran. */
export async function countFile(path: string, suites: number): Promise<Counts> {
  return count(await readObject(path).catch(() => ({})), suites);
}

/** The closing line. Skipped tests are told only when there are some. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}
