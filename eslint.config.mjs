import nx from "@nx/eslint-plugin";
import parser from "@typescript-eslint/parser";

/**
 * Who may import whom. Biome does the rest of the linting: it knows no projects, so this one rule needs ESLint.
 *
 * The rule asks the project graph that Nx saved last, and checks NOTHING where there is none: run it through Nx
 * (`npx nx lint <project>`), which brings the graph up to date first.
 */
const mayImport = {
  "type:contract": [],
  "type:util": ["type:util", "type:contract"],
  "type:testing": ["type:util", "type:contract"],
  "type:app": ["type:util", "type:contract"],
  "type:tool": ["type:contract", "type:util", "type:testing"],
};

/** What tests and scripts may import besides. */
const testsMayImport = { "type:util": ["type:testing"], "type:app": ["type:testing"] };

/** Each driver stays behind one library, so that the choice of it is one folder wide. */
const POSTGRES = ["postgres", "drizzle-orm/postgres-js*"];
const REDIS = ["redis", "@redis/*"];

/** Both settings replace those of an earlier block as a whole, so each block of files states both. */
function boundaries(files, { tests, drivers }) {
  const depConstraints = Object.entries(mayImport).map(([sourceTag, tags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: [...tags, ...((tests && testsMayImport[sourceTag]) || [])],
  }));
  return {
    files,
    rules: {
      "@nx/enforce-module-boundaries": [
        "error",
        {
          banTransitiveDependencies: true,
          // A project that one test imports late may be imported at the start elsewhere: bundles are not split here.
          checkDynamicDependenciesExceptions: [".*"],
          depConstraints: [...depConstraints, { sourceTag: "*", bannedExternalImports: drivers }],
        },
      ],
    },
  };
}

const sources = (folder) => [`${folder}/**/*.ts`];
/** Scripts are for whoever works on a project: no more of them is shipped than of its tests. */
const tests = (folder) => [`${folder}/{tests,scripts}/**/*.ts`, `${folder}/src/**/*.test.ts`];

export default [
  { ignores: ["**/node_modules/**", "**/dist/**", "libs/proto/src/gen/**", "tmp/**", ".nx/**", ".skyport/**"] },
  {
    files: ["**/*.ts"],
    plugins: { "@nx": nx },
    languageOptions: { parser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  boundaries(sources("{apps,libs,tools}/*"), { tests: false, drivers: [...POSTGRES, ...REDIS] }),
  boundaries(tests("{apps,libs,tools}/*"), { tests: true, drivers: [...POSTGRES, ...REDIS] }),
  boundaries(sources("libs/db"), { tests: false, drivers: REDIS }),
  boundaries(tests("libs/db"), { tests: true, drivers: REDIS }),
  boundaries(sources("libs/cache"), { tests: false, drivers: POSTGRES }),
  boundaries(tests("libs/cache"), { tests: true, drivers: POSTGRES }),
  boundaries(sources("libs/testing"), { tests: false, drivers: [] }),
  // What the cache costs is measured beside its driver alone.
  boundaries(sources("tools/perf"), { tests: false, drivers: POSTGRES }),
];
