import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";

// Jest does not make the folder of its --outputFile.
mkdirSync(join(import.meta.dirname, "tmp", "results"), { recursive: true });

/** One recipe for every project: Nx runs it with the project's folder as `--rootDir` and the level's pattern. */
export default {
  testEnvironment: "node",
  setupFiles: [join(import.meta.dirname, "jest.realm.mjs")],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2024" }, module: { type: "es6" } },
    ],
  },
  displayName: basename(process.cwd()),
  testTimeout: 30_000,
  reporters: ["default", join(import.meta.dirname, "jest.open-handles.mjs")],
  // That reporter judges what was left open, after longer than the second that Jest itself gives a busy machine.
  openHandlesTimeout: 0,
  watchman: false,
};
