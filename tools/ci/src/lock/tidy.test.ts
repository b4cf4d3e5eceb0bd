import { describe, expect, test } from "@jest/globals";
import { tidy } from "./tidy.ts";

const lock = (packages: Record<string, unknown>) => ({ lockfileVersion: 3, packages });

describe("tidy", () => {
  test("drops the engines of packages and keeps those of our own projects", () => {
    const ours = { name: "skyport", engines: { node: ">=20" } };
    const { lock: mended, problems } = tidy(
      lock({
        "": ours,
        "libs/a": ours,
        "libs/a/node_modules/c": { version: "1.0.0", engines: { node: ">=22" } },
        "node_modules/b": { version: "1.0.0", engines: { node: ">=22" }, license: "MIT" },
      }),
    );
    expect(mended).toEqual(
      lock({
        "": ours,
        "libs/a": ours,
        "libs/a/node_modules/c": { version: "1.0.0" },
        "node_modules/b": { version: "1.0.0", license: "MIT" },
      }),
    );
    expect(problems).toEqual(["libs/a/node_modules/c: has engines", "node_modules/b: has engines"]);
  });

  test("adds the platform packages that the lock lacks, in npm's order", () => {
    const wanting = {
      version: "2.0.0",
      dev: true,
      optionalDependencies: { "t-darwin-arm64": "2.0.0", "t-linux-x64": "2.0.0" },
    };
    const present = { version: "2.0.0", integrity: "sha512-x", optional: true };
    const { lock: mended, problems } = tidy(lock({ "node_modules/t": wanting, "node_modules/t-linux-x64": present }));
    const added = { version: "2.0.0", cpu: ["arm64"], dev: true, optional: true, os: ["darwin"] };
    const expected = {
      "node_modules/t": wanting,
      "node_modules/t-darwin-arm64": added,
      "node_modules/t-linux-x64": present,
    };
    expect(mended).toEqual(lock(expected));
    expect(Object.keys(Object(mended["packages"]))).toEqual(Object.keys(expected));
    expect(problems).toEqual(["node_modules/t-darwin-arm64: is missing"]);
  });

  test("takes a platform package that is installed beside its tool for present", () => {
    const packages = {
      "node_modules/t": { version: "2.0.0", optionalDependencies: { "t-linux-x64": "2.0.0" } },
      "node_modules/t/node_modules/t-linux-x64": { version: "2.0.0" },
    };
    expect(tidy(lock(packages)).problems).toEqual([]);
  });

  test("leaves optional packages alone that are for every platform, or of no exact version", () => {
    const optionalDependencies = { colours: "1.0.0", "t-linux-x64": "^2.0.0" };
    expect(tidy(lock({ "node_modules/t": { version: "2.0.0", optionalDependencies } })).problems).toEqual([]);
  });

  test("finds nothing to mend in what it has mended", () => {
    const { lock: mended } = tidy(
      lock({ "node_modules/t": { engines: {}, optionalDependencies: { "t-win32-x64": "1.0.0" } } }),
    );
    expect(tidy(mended)).toEqual({ lock: mended, problems: [] });
  });
});
