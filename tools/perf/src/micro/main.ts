import { parseArgs } from "node:util";
import type { Progress } from "../targets/target.ts";
import { MEMORY_SECONDS, microTargets } from "./targets.ts";

// Single targets, by themselves: node main.ts [PATTERN OF NAMES] [--rounds 5] [--seconds 2] [--warm-up 2] [--memory 15]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    "warm-up": { type: "string", default: "2" },
    memory: { type: "string", default: String(MEMORY_SECONDS.quick) },
  },
});
const budget = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  warmUpSeconds: Number(values["warm-up"]),
};
const progress: Progress = {
  show: (share, text) => process.stderr.write(`${(share * 100).toFixed(0).padStart(3)} % ${text}\n`),
};
const [pattern = ""] = positionals;
for (const target of microTargets(Number(values.memory)).filter(({ name }) => new RegExp(pattern).test(name))) {
  const { value, met, noise, detail } = await target.measure(budget, progress);
  const verdict = met === undefined ? "not measured" : met ? "met" : "NOT met";
  const figure = Number.isInteger(value) ? String(value) : value.toFixed(2);
  console.log(
    `${target.name}: ${figure}, wanted ${target.wanted}: ${verdict}; noise ${(noise * 100).toFixed(1)} %\n  ${detail}`,
  );
}
