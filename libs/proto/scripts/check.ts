import { breaking } from "./breaking.ts";
import { drift } from "./drift.ts";
import { compile, type Finding, format, lint } from "./finding.ts";
import { writeValidateProto } from "./validate-proto.ts";
import { type Workspace, workspace } from "./workspace.ts";

type Check = (ws: Workspace) => Promise<Finding>;

const ws = workspace();
await writeValidateProto(ws.validateDir);
// What does not compile fails every other check as well, with the same words.
if (await passes({ compile })) {
  if (await passes({ format, lint, breaking, generated: drift })) process.stdout.write("proto: all checks passed\n");
}

/** Runs checks side by side, tells what they found, and sets the exit code. */
async function passes(checks: Readonly<Record<string, Check>>): Promise<boolean> {
  const findings = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, ...(await check(ws).catch(failed)) })),
  );
  for (const { name, problems, note } of findings) {
    for (const problem of problems) process.stderr.write(`proto ${name}: ${problem}\n`);
    if (note !== undefined) process.stdout.write(`proto ${name}: ${note}\n`);
  }
  const passed = findings.every(({ problems }) => problems.length === 0);
  if (!passed) process.exitCode = 1;
  return passed;
}

/** A check that cannot run has found a problem: what kept it. */
function failed(error: unknown): Finding {
  return { problems: [error instanceof Error ? error.message : String(error)] };
}
