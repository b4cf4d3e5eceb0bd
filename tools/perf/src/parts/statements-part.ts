import { startNaive } from "../naive/start-naive.ts";
import type { Figure, Part, Table } from "../report/document.ts";
import { rowsName } from "../report/numbers.ts";
import { databaseName } from "../stage/sql.ts";
import type { Stage } from "../stage/stage.ts";
import type { Progress } from "../targets/target.ts";
import { shortened } from "./plans.ts";
import { coldReads, countStatements, explainAll, type Plan, type StepStatements } from "./statements.ts";

const NAIVE_PRODUCTS = 10_000;

function table(name: string, steps: readonly StepStatements[]): Table {
  return {
    heads: [`${name}: step`, "statements", "what they are"],
    rows: steps.map(({ step, statements }) => [
      step,
      String(statements.length),
      statements.map(({ text }) => shortened(text, 60)).join("; "),
    ]),
  };
}

function figures(name: string, steps: readonly StepStatements[]): Figure[] {
  return steps.map(({ step, statements }) => ({
    key: `statements / ${name} / ${step}`,
    value: statements.length,
    unit: "statements",
    better: "less",
    noise: 0,
  }));
}

function listings(name: string, plans: readonly Plan[]): { title: string; text: string }[] {
  return plans.map(({ step, text, plan }) => ({
    title: `${name}, ${step}: ${shortened(text, 80)}`,
    text: `${shortened(text, 400)}\n\n${plan}`,
  }));
}

/** What each step of the flow asks PostgreSQL for, in both designs, and how PostgreSQL carries it out. */
export async function measureStatements(stage: Stage, rows: number, progress: Progress): Promise<Part> {
  const shop = await stage.shop(rows, progress);
  const options = { products: NAIVE_PRODUCTS, folder: stage.folder, name: "naive-statements" };
  await using naive = await startNaive(stage.servers, { targeted: false, cache: false }, options);
  progress.show(0.3, "the naive design's statements");
  const theirs = await countStatements({ name: "naive", productUrl: naive.url, orderUrl: naive.url }, stage.log);
  const theirPlans = await explainAll(theirs, new Map([[databaseName(naive.database), naive.sql]]));
  progress.show(0.6, "Skyport's statements");
  const { productUrl, orderUrl } = shop;
  const ours = await countStatements({ name: "Skyport", productUrl, orderUrl }, stage.log);
  const ourPlans = await explainAll(
    [...ours, ...(await coldReads(shop, stage.log))],
    new Map([
      [databaseName(shop.productDatabase), shop.productSql],
      [databaseName(shop.orderDatabase), shop.orderSql],
    ]),
  );
  return {
    id: "statements",
    title: "What each step asks PostgreSQL for",
    text: [
      `Read from PostgreSQL's own log, one caller; BEGIN and COMMIT count, and several travel in one round trip. The naive design holds ${rowsName(NAIVE_PRODUCTS)} ` +
        `products, Skyport ${rowsName(rows)}. Few statements are not what makes a design fast: the naive one has few, and ` +
        "two of them read the whole table.",
    ],
    charts: [],
    tables: [table("naive", theirs), table("Skyport", ours)],
    figures: [...figures("naive", theirs), ...figures("Skyport", ours)],
    listings: [...listings("naive", theirPlans), ...listings("Skyport", ourPlans)],
  };
}
