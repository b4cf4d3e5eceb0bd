import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CallFrame, Locate } from "./cpu-profile.ts";

/** Finds the file of a function: of a bundle's, by the source map beside it. */
export function locator(root: string): Locate {
  const maps = new Map<string, SourceMap | undefined>();
  const known = new Map<string, string>();

  function mapOf(file: string): SourceMap | undefined {
    if (!maps.has(file)) {
      const map = `${file}.map`;
      // A source map's own form.
      const payload = existsSync(map) ? (JSON.parse(readFileSync(map, "utf8")) as SourceMap["payload"]) : undefined;
      maps.set(file, payload && new SourceMap(payload));
    }
    return maps.get(file);
  }

  function find({ url, lineNumber, columnNumber, functionName }: CallFrame): string {
    if (!url.startsWith("file:")) return url || (functionName.startsWith("(") ? functionName : "(native)");
    const file = fileURLToPath(url);
    const origin = mapOf(file)?.findEntry(lineNumber, columnNumber);
    const source = origin !== undefined && "originalSource" in origin ? origin.originalSource : undefined;
    const path = source === undefined ? file : resolve(dirname(file), source);
    return relative(root, path);
  }

  return (frame) => {
    const key = `${frame.url} ${frame.lineNumber} ${frame.columnNumber} ${frame.functionName}`;
    const found = known.get(key) ?? find(frame);
    known.set(key, found);
    return found;
  };
}
