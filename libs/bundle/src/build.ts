import { mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build as esbuild } from "esbuild";
import { type DataFolder, dataFolders } from "./folders.ts";
import { copyFolder, moveInto } from "./place.ts";

/** What a program was bundled from. */
export interface Built {
  /** Every file that went into it, packages from npm left out: their versions stand in the lock file. */
  readonly sources: readonly string[];
  /** Folders that were copied. */
  readonly folders: readonly string[];
}

/** CommonJS packages ask for Node's own modules by a `require` that ES modules do not have. */
const REQUIRE =
  'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);';

/**
 * Bundles a program and everything that it imports into `OUTPUT/main.mjs`, with its source map and the folders of data that
 * it reads beside it. Files take their places one by one, each at once, so that a program that starts meanwhile finds
 * whole files. `node --enable-source-maps` shows the lines of the sources in stack traces.
 *
 * @param root the project's folder
 * @param entry the program, from the root
 * @param output the folder for it, from the root
 * @throws esbuild's BuildFailure
 */
export async function build(root: string, entry: string, output: string): Promise<Built> {
  const folders = new Map<string, DataFolder>();
  const target = resolve(root, output);
  const draft = await mkdtemp(`${target}-`);
  try {
    const { metafile } = await esbuild({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: "main" }],
      outdir: draft,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node24",
      sourcemap: "linked",
      sourcesContent: false,
      // 8 MB of memory less for each process. Names stay, and lines short, so that a stack trace still says something.
      minifyWhitespace: true,
      lineLimit: 160,
      metafile: true,
      logLevel: "silent",
      banner: { js: REQUIRE },
      plugins: [dataFolders(root, (folder) => folders.set(folder.from, folder))],
    });
    for (const { from, to } of folders.values()) await copyFolder(from, join(draft, to));
    await moveInto(draft, target);
    const inputs = Object.keys(metafile.inputs).map((path) => resolve(root, path));
    return {
      sources: inputs.filter((path) => !path.includes("/node_modules/") && !path.includes("\\node_modules\\")),
      folders: [...folders.keys()],
    };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
