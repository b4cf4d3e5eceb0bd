import { isObject, type JsonObject, objectOr } from "../json.ts";
import { platformOf } from "./platform.ts";

/** A lock file as it should be, and what was wrong with it: one line each, empty when it is tidy. */
export interface Tidied {
  readonly lock: JsonObject;
  readonly problems: readonly string[];
}

/**
 * Mends in a package-lock.json what `npm install` leaves behind and `npm ci` stumbles over:
 *
 * - `engines` of packages: npm compares them with the machine's Node and warns, yet every npm script runs on the
 *   Node that package.json pins. The root's and the workspaces' own stay.
 * - optional packages for other platforms that npm left out because its registry did not hold them: `npm ci` then calls
 *   the lock out of date (https://github.com/npm/cli/issues/9846). The package that wants them says their exact
 *   version, and their names say their platform.
 */
export function tidy(lock: JsonObject): Tidied {
  const packages = objectOr(lock["packages"]);
  const problems: string[] = [];
  const kept = Object.entries(packages).map(([path, entry]): [string, unknown] => {
    if (!isObject(entry) || !path.includes("node_modules/") || !("engines" in entry)) return [path, entry];
    const { engines: _, ...rest } = entry;
    problems.push(`${path}: has engines`);
    return [path, rest];
  });
  const added = Object.entries(packages).flatMap(([path, entry]) => missingPlatforms(path, objectOr(entry), packages));
  problems.push(...added.map(([path]) => `${path}: is missing`));
  return { lock: { ...lock, packages: inNpmOrder([...kept, ...added]) }, problems };
}

function missingPlatforms(path: string, wanting: JsonObject, packages: JsonObject): [string, JsonObject][] {
  return Object.entries(objectOr(wanting["optionalDependencies"])).flatMap(([name, version]) => {
    if (typeof version !== "string" || !/^\d+\.\d+\.\d+/.test(version)) return [];
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    const platform = platformOf(name);
    if (platform === undefined || places.some((place) => place in packages)) return [];
    const { os, cpu, libc } = platform;
    const dev = wanting["dev"] === true ? { dev: true } : {};
    return [[`node_modules/${name}`, { version, cpu, ...dev, ...(libc && { libc }), optional: true, os }]];
  });
}

/** npm sorts entries in the English order, which puts `@x/y-a` before `@x/ya`. */
function inNpmOrder(entries: readonly (readonly [string, unknown])[]): JsonObject {
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b, "en")));
}
