import { type FlowResult, type FlowSystem, requireFlow, runFlow } from "../flow/flow.ts";
import { type NaiveVariant, startNaive, variantName } from "../naive/start-naive.ts";
import { inTurns, type Subject } from "../rounds/rounds.ts";
import { noiseOf, type Summary, summaryOf } from "../rounds/statistics.ts";
import type { Stage } from "../stage/stage.ts";
import type { Budget, Progress } from "../targets/target.ts";

/** One system at one size. */
export interface FixAtSize {
  readonly products: number;
  /** Whole flows a second. */
  readonly flows: Summary;
  /** Medians, in milliseconds. */
  readonly createOrder: number;
  readonly getOrder: number;
  readonly noise: number;
}

/** One system, by size. */
export interface Fix {
  readonly name: string;
  readonly sizes: readonly FixAtSize[];
}

export const VARIANTS: readonly { readonly name: string; readonly variant: NaiveVariant }[] = [
  { name: "naive", variant: { targeted: false, cache: false } },
  { name: "naive + cache", variant: { targeted: false, cache: true } },
  { name: "naive + targeted reads", variant: { targeted: true, cache: false } },
  { name: "naive + both", variant: { targeted: true, cache: true } },
];

const OURS = "Skyport";

/** What each mend of the naive design buys, alone and together, by how many products there are. */
export async function measureFixes(
  stage: Stage,
  sizes: readonly number[],
  clients: number,
  budget: Budget,
  progress: Progress,
): Promise<Fix[]> {
  const fixes = new Map<string, FixAtSize[]>();
  for (const [index, products] of sizes.entries()) {
    const own: Progress = {
      show: (share, text) => progress.show((index + share) / sizes.length, `${products} products, ${text}`),
    };
    await using opened = new AsyncDisposableStack();
    const systems: FlowSystem[] = [];
    for (const { name, variant } of VARIANTS) {
      own.show(0, `starting ${name}`);
      const options = { products, folder: stage.folder, name: `fix-${variantName(variant)}-${products}` };
      const { url } = opened.use(await startNaive(stage.servers, variant, options));
      systems.push({ name, productUrl: url, orderUrl: url });
    }
    const shop = await stage.shop(products, { show: (_, text) => own.show(0, text) }, "fixes");
    systems.push({ name: OURS, productUrl: shop.productUrl, orderUrl: shop.orderUrl });
    await stage.servers.pin();
    const subjects = systems.map(
      (system): Subject<FlowResult> => ({
        name: system.name,
        run: async (seconds) => requireFlow(system.name, await runFlow(system, { clients, seconds })),
      }),
    );
    for (const [name, rounds] of await inTurns(subjects, budget, own)) {
      fixes.set(name, [...(fixes.get(name) ?? []), atSize(products, rounds)]);
    }
  }
  return [...fixes].map(([name, all]) => ({ name, sizes: all }));
}

function atSize(products: number, rounds: readonly FlowResult[]): FixAtSize {
  const rates = rounds.map((round) => round.rounds / round.seconds);
  const middle = (step: "CreateOrder" | "GetOrder"): number =>
    summaryOf(rounds.map(({ steps }) => steps[step].percentile(50))).median;
  return {
    products,
    flows: summaryOf(rates),
    createOrder: middle("CreateOrder"),
    getOrder: middle("GetOrder"),
    noise: noiseOf(rates),
  };
}
