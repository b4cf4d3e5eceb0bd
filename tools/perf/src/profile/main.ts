import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../stage/program.ts";
import { type CpuProfile, type FlameNode, flameTree, selfTimes } from "./cpu-profile.ts";
import { flameSvg } from "./flame-svg.ts";
import { layerOf } from "./layers.ts";
import { profileSubject } from "./profile-subject.ts";
import { locator } from "./sources.ts";
import { SUBJECTS } from "./subjects.ts";

// What the CPU does while calls of one RPC are answered: runs the services under load, prints which layers and functions take
// how much of the time, and writes a flame graph for each service. Or draws a .cpuprofile that there is.
//
//   node tools/perf/src/profile/main.ts RPC|all [--seconds 4] [--clients 16] [--rows 1000] [--out FOLDER]
//   node tools/perf/src/profile/main.ts FILE.cpuprofile [--out FOLDER]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "4" },
    clients: { type: "string", default: "16" },
    rows: { type: "string", default: "1000" },
    out: { type: "string", default: join(ROOT, "docs/images") },
  },
});
const TOP = 15;
const [what = ""] = positionals;

async function write(name: string, title: string, tree: FlameNode): Promise<void> {
  await mkdir(values.out, { recursive: true });
  const file = join(values.out, `flame-${name}.svg`);
  await writeFile(file, flameSvg(tree, title));
  console.log(`\n${title}: ${file}`);
  const share = (micros: number): string => `${((micros / tree.total) * 100).toFixed(1).padStart(5)} %`;
  for (const [layer, micros] of selfTimes(tree, ({ source }) => layerOf(source).name))
    console.log(`${share(micros)}  ${layer}`);
  for (const [place, micros] of selfTimes(tree, ({ name, source }) => `${name}  ${source}`).slice(0, TOP))
    console.log(`${share(micros)}    ${place}`);
}

if (what.endsWith(".cpuprofile")) {
  // V8's own form.
  const profile = JSON.parse(await readFile(what, "utf8")) as CpuProfile;
  const name = what.replace(/^.*\//, "").replace(/\.cpuprofile$/, "");
  await write(name, name, flameTree(profile, locator(ROOT)));
} else {
  const chosen = [...SUBJECTS].filter(([name]) => what === "all" || name === what);
  if (chosen.length === 0) {
    console.error(`profile: one of ${[...SUBJECTS.keys()].join(", ")}, all, or a .cpuprofile`);
    process.exitCode = 2;
  }
  const [clients, seconds, rows] = [Number(values.clients), Number(values.seconds), Number(values.rows)];
  for (const [name, subject] of chosen) {
    const folder = await mkdtemp(join(tmpdir(), "skyport-profile-"));
    const profiled = await profileSubject(subject, { clients, seconds, rows, folder });
    for (const { service, tree } of profiled) {
      const title = `${subject.scenario.name}: ${service}, ${clients} clients`;
      await write(service === profiled[0]?.service ? name : `${name}-${service}`, title, tree);
    }
  }
}
