import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Plugin } from "esbuild";

/** A folder of data that the program reads while it runs: migrations. */
export interface DataFolder {
  /** Where it is in the sources. */
  readonly from: string;
  /** Its name beside the bundle. */
  readonly to: string;
}

/** How our sources name such a folder: relative to the file, which in a bundle is another place. */
const FOLDER_URL = /new URL\("(\.{1,2}\/[^"]+\/)",\s*import\.meta\.url\)/g;

/**
 * Lets folders that a source names relative to itself be found beside the bundle, and tells which they are, so that
 * they can be copied there.
 *
 * @param root the project's folder
 * @param found called with each folder
 */
export function dataFolders(root: string, found: (folder: DataFolder) => void): Plugin {
  return {
    name: "data-folders",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const source = await readFile(path, "utf8");
        const contents = source.replaceAll(FOLDER_URL, (_, folder: string) => {
          const from = resolve(dirname(path), folder);
          const to = join("data", relative(root, from)).replaceAll("\\", "/");
          found({ from, to });
          return `new URL("./${to}/", import.meta.url)`;
        });
        return { contents, loader: "ts" };
      });
    },
  };
}
