import type { Figure, Part } from "../report/document.ts";
import { readable, rowsName } from "../report/numbers.ts";
import { type FixedRate, PROTOCOLS, type ScenarioResult, type Throughput } from "./scenario-table.ts";

const NAMES = { json: "Connect JSON", binary: "Connect protobuf", grpc: "gRPC" } as const;

function cell({ perSecond, isGeneratorBound }: Throughput): string {
  return `${isGeneratorBound ? ">= " : ""}${readable(perSecond.median)}`;
}

function latencyCells(fixed: FixedRate | undefined): string[] {
  if (fixed === undefined) return ["-", "-", "-", "-", "-"];
  const { perSecond, p50, p95, p99, noise } = fixed;
  return [...[perSecond, p50, p95, p99].map(readable), `${(noise * 100).toFixed(0)} %`];
}

function figures({ scenario, throughput, fixed }: ScenarioResult): Figure[] {
  const rates = throughput.map(({ protocol, perSecond, noise }): Figure => {
    const key = `scenarios / ${scenario} / ${NAMES[protocol]}`;
    return { key, value: perSecond.median, unit: "calls/s", better: "more", noise };
  });
  if (fixed === undefined) return rates;
  const { p95, noise } = fixed;
  const key = `scenarios / ${scenario} / p95 at half of the rate`;
  return [...rates, { key, value: p95, unit: "ms", better: "less", noise }];
}

/** Every scenario by itself. */
export function scenarioPart(results: readonly ScenarioResult[], rows: number): Part {
  return {
    id: "scenarios",
    title: "Scenarios, one by one",
    text: [
      `With ${rowsName(rows)} products and as many orders. Throughput in a closed loop of 16 callers, protocols in ` +
        'alternating rounds; ">=": the load generator had no time left. Latency at a fixed rate, half of what the ' +
        "closed loop reaches over Connect JSON, counted from the moment at which each call was due.",
    ],
    charts: [
      {
        kind: "bars",
        id: "scenarios",
        title: "Calls a second",
        categories: results.map(({ scenario }) => scenario),
        yName: "calls/s",
        yScale: "log",
        series: PROTOCOLS.map((protocol) => ({
          name: NAMES[protocol],
          values: results.map(
            ({ throughput }) => throughput.find((each) => each.protocol === protocol)?.perSecond.median ?? Number.NaN,
          ),
        })),
      },
    ],
    tables: [
      {
        heads: ["calls/s", ...PROTOCOLS.map((protocol) => NAMES[protocol]), "noise"],
        rows: results.map(({ scenario, throughput }) => [
          scenario,
          ...throughput.map(cell),
          `${(Math.max(...throughput.map(({ noise }) => noise)) * 100).toFixed(1)} %`,
        ]),
      },
      {
        heads: ["latency at a fixed rate, ms", "calls/s", "p50", "p95", "p99", "noise of p95"],
        rows: results.map(({ scenario, fixed }) => [scenario, ...latencyCells(fixed)]),
      },
    ],
    figures: results.flatMap(figures),
    listings: results.flatMap(({ scenario, fixed }) =>
      fixed === undefined ? [] : [{ title: `${scenario}: histogram (HdrHistogram, µs)`, text: fixed.histogram }],
    ),
  };
}
