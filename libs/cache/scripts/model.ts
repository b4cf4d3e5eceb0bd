import { parseArgs } from "node:util";
import { PROPERTIES } from "../src/model/invariants.ts";
import { renderResult } from "../src/model/render.ts";
import { search } from "../src/model/search.ts";
import { SMALLEST, SWITCHES } from "../src/model/switches.ts";

/*
 * Looks at every state of a small world for a stale read.
 *
 *   node scripts/model.ts --writers 3 --readers 2 --late 1     a world of one's own: the numbers of `Size`
 *   node scripts/model.ts --without fence                      how a rule's absence shows, by a part of its name; "" for all
 *
 * `--properties stale,backward` checks only some, `--max` gives up at so many states.
 */

const text = { type: "string" } as const;
const sizes = Object.fromEntries(Object.keys(SMALLEST).map((name) => [name, text]));
const { values } = parseArgs({ options: { ...sizes, max: text, properties: text, without: text } });
const asked: Readonly<Record<string, string | undefined>> = values;

function world(): boolean {
  const numbers = Object.entries({ ...SMALLEST, writers: 2, readers: 2 }).map(
    ([name, fallback]) => [name, Number(asked[name] ?? fallback)] as const,
  );
  const properties = PROPERTIES.filter((property) => asked["properties"]?.split(",").includes(property) ?? true);
  const maxStates = Number(asked["max"] ?? Number.POSITIVE_INFINITY);
  const result = search({ ...SMALLEST, ...Object.fromEntries(numbers) }, { properties, maxStates });
  process.stdout.write(`${renderResult(result)}\n`);
  return result.violation === undefined;
}

function withoutRules(part: string): boolean {
  const chosen = SWITCHES.filter(({ without }) => without.includes(part));
  for (const { without, effect, size, rules, finds = "stale" } of chosen) {
    const result = search({ ...SMALLEST, ...size }, { rules, properties: [finds] });
    process.stdout.write(`Without ${without}: ${effect}\n${renderResult(result)}\n\n`);
  }
  return chosen.length > 0;
}

const fine = asked["without"] === undefined ? world() : withoutRules(asked["without"]);
process.stdout.write(`${(process.cpuUsage().user / 1e6).toFixed(1)} s of processor time\n`);
process.exitCode = fine ? 0 : 1;
