import { devNull } from "node:os";
import { run } from "./run.ts";
import type { Workspace } from "./workspace.ts";

/** What one check has to say: problems fail it, a note does not. One line each. */
export interface Finding {
  readonly problems: readonly string[];
  readonly note?: string;
}

/** Runs Buf; every line that it reports is a problem. */
export async function buf(ws: Workspace, args: readonly string[]): Promise<readonly string[]> {
  const { code, report } = await run(ws, "buf", args);
  if (code === 0) return [];
  return report === "" ? [`buf ${args.join(" ")} ended with ${String(code)}`] : report.split("\n");
}

/** Whether our files compile at all. */
export async function compile(ws: Workspace): Promise<Finding> {
  return { problems: await buf(ws, ["build", "-o", devNull]) };
}

/** Buf's lint rules, on our files. */
export async function lint(ws: Workspace): Promise<Finding> {
  return { problems: await buf(ws, ["lint"]) };
}

/** Names each of our files that is not formatted. */
export async function format(ws: Workspace): Promise<Finding> {
  const { code, stdout, report } = await run(ws, "buf", ["format", ws.protoPath, "--diff", "--exit-code"]);
  if (code === 0) return { problems: [] };
  const files = [...stdout.matchAll(/^\+\+\+ (\S+)/gm)].map(([, file = ""]) => file);
  return { problems: files.length === 0 ? [report] : files.map((file) => `${file} is not formatted`) };
}
