import { parseArgs } from "node:util";
import { startRedis } from "@skyport/testing";
import { alternate, ratios, spread } from "./bench/rounds.ts";
import { batches, inProcess, overRedis, type Stage } from "./bench/subjects.ts";

/*
 * What a cached read costs, beside the least that it could.
 *
 *   node scripts/bench-reads.ts                      everything, about a minute; a Redis of its own on this machine
 *   node scripts/bench-reads.ts --only redis --rounds 9 --ms 500
 *
 * Rates are medians of rounds in turn, ratios are taken round by round to the first line of each table, and "CPU us" is this
 * process's own processor time a read. "The same again" is the noise: no ratio that differs from 1 by less says anything.
 */

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { rounds: text, ms: text, only: text } });
const rounds = Number(values.rounds ?? 15);
const ms = Number(values.ms ?? 150);

async function table(title: string, stage: Stage, inFlight: number): Promise<void> {
  const { subjects } = stage;
  const measured = await alternate(subjects, { inFlight, rounds, ms });
  const [first] = subjects;
  if (first === undefined) return;
  process.stdout.write(
    `\n${title}, ${inFlight} in flight\n\n| | a second | ratio | least | most | CPU us |\n|---|--:|--:|--:|--:|--:|\n`,
  );
  for (const { name } of subjects) {
    const own = measured.get(name) ?? [];
    const { median } = spread(own.map(({ rate }) => rate));
    const ratio = spread(ratios(measured, name, first.name));
    const cpu = spread(own.map(({ cpuUs }) => cpuUs)).median;
    const numbers = [ratio.median, ratio.low, ratio.high, cpu].map((number) => number.toFixed(2));
    const cells = [name, Math.round(median).toLocaleString("en"), ...numbers];
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
  }
}

const wanted = (name: string): boolean => values.only === undefined || values.only === name;

process.stdout.write(`Node ${process.version}, ${rounds} rounds of ${ms} ms, nothing pinned\n`);
if (wanted("memory")) {
  await using stage = await inProcess();
  await table("In process", stage, 1);
}
if (wanted("redis") || wanted("batches")) {
  await using redis = await startRedis();
  if (wanted("redis")) {
    await using stage = await overRedis(redis.url);
    for (const inFlight of [1, 64]) await table("Redis", stage, inFlight);
  }
  if (wanted("batches")) {
    await using stage = await batches(redis.url);
    await table("Batches of 100", stage, 8);
  }
}
