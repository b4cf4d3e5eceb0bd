import { parseArgs } from "node:util";
import { type Case, type Sample, Subject } from "./bench/subject.ts";

/*
 * What a unary Connect call over HTTP/1.1 costs on the whole server, beside a raw node:http server that reads the body
 * and answers the same bytes.
 *
 *   node scripts/bench-unary.ts                              about a minute
 *   node scripts/bench-unary.ts --only json --rounds 9 --ms 1000
 *
 * Each server has a process of its own; all of them run through, and are asked in turn. Ratios are taken round by round to
 * the raw server of the same format. "raw, again" is the noise: no difference below its own says anything.
 */

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { rounds: text, ms: text, only: text, connections: text, match: text } });
const rounds = Number(values.rounds ?? 5);
const ms = Number(values.ms ?? 800);
const connections = Number(values.connections ?? 32);

const cases = (["json", "binary"] as const).flatMap((format): Case[] => [
  { name: `${format}: raw node:http`, format, server: ["raw", format] },
  { name: `${format}: raw, again`, format, server: ["raw", format] },
  { name: `${format}: shared`, format, server: ["rpc", "fast", "shared", "warn"] },
  { name: `${format}: shared, a log line a call`, format, server: ["rpc", "fast", "shared", "info"] },
  { name: `${format}: encoded anew`, format, server: ["rpc", "fast", "anew", "warn"] },
  { name: `${format}: stock`, format, server: ["rpc", "stock", "shared", "warn"] },
]);
const wanted = cases.filter(
  ({ name, format }) =>
    (values.only === undefined || format === values.only) &&
    (values.match === undefined || name.includes("raw node:http") || name.includes(values.match)),
);

await using stack = new AsyncDisposableStack();
const subjects = new Map<Case, { subject: Subject; samples: Sample[] }>();
for (const one of wanted) {
  subjects.set(one, { subject: stack.use(await Subject.start(one, connections)), samples: [] });
}
for (const { subject } of subjects.values()) await subject.measure(ms);
for (let round = 0; round < rounds; round++) {
  for (const { subject, samples } of subjects.values()) samples.push(await subject.measure(ms));
}

process.stdout.write(`Node ${process.version}, ${rounds} rounds of ${ms} ms, ${connections} connections\n\n`);
process.stdout.write("| | a second | ratio | least | most | CPU us | CPU ratio |\n|---|--:|--:|--:|--:|--:|--:|\n");
for (const [{ name, format }, { samples }] of subjects) {
  const raw = [...subjects].find(([other]) => other.format === format)?.[1].samples ?? [];
  const ratios = samples.map(({ rate }, round) => rate / (raw[round]?.rate ?? Number.NaN));
  const cpu = samples.map(({ cpuUs }, round) => (raw[round]?.cpuUs ?? Number.NaN) / cpuUs);
  const cells = [
    name,
    Math.round(median(samples.map(({ rate }) => rate))).toLocaleString("en"),
    ...[median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)),
    median(samples.map(({ cpuUs }) => cpuUs)).toFixed(1),
    median(cpu).toFixed(2),
  ];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
