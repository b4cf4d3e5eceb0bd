import { commandOf, parentOf } from "@skyport/testing";
import type { Environment } from "./config.ts";

/**
 * The processes between the user and this one, when npm runs it: npm, and the shell that npm runs scripts by. When one
 * of them is killed nobody tells this process: npm passes SIGTERM to the shell alone, and SIGKILL to none.
 */
export async function npmLaunchers(env: Environment): Promise<readonly number[]> {
  const { npm_lifecycle_event: script } = env;
  if (script === undefined) return [];
  const parent = process.ppid;
  const grandparent = await parentOf(parent);
  // Some shells replace themselves by the script's command: then the parent is npm.
  const isShell = /^\S*sh -c /.test(await commandOf(parent));
  return grandparent === undefined || !isShell ? [parent] : [parent, grandparent];
}
