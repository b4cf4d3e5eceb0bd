import { delimiter, join } from "node:path";

/** The folders and files that the proto tools read and write. Paths are absolute. */
export interface Workspace {
  readonly root: string;
  /** Our .proto files, relative to the root: the path that git and Buf know them by. */
  readonly protoPath: string;
  readonly genDir: string;
  readonly indexFile: string;
  /** The ignored folder that holds buf/validate/validate.proto. */
  readonly validateDir: string;
  /** The environment for child processes: npm's programs come first on PATH, under `npm run` or not. */
  readonly env: NodeJS.ProcessEnv;
}

/** The workspace at a root folder: this repository's by default, a temporary copy in tests and in the drift check. */
export function workspace(root = join(import.meta.dirname, "..", "..", "..")): Workspace {
  const bin = join(root, "node_modules", ".bin");
  const { PATH = "" } = process.env;
  return {
    root,
    protoPath: "libs/proto/proto",
    genDir: join(root, "libs/proto/src/gen"),
    indexFile: join(root, "libs/proto/src/index.ts"),
    validateDir: join(root, "libs/proto/.validate"),
    env: { ...process.env, PATH: `${bin}${delimiter}${PATH}` },
  };
}
