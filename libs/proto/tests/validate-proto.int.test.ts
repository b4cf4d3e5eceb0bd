import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createRegistry, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate as original } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeValidateProto } from "../scripts/validate-proto.ts";
import { workspace } from "../scripts/workspace.ts";

describe("the printed validate.proto", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "validate-proto-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test("compiles to the descriptor that it was printed from", async () => {
    await writeValidateProto(folder);
    const image = join(folder, "image.binpb");
    const { root, env } = workspace();
    await promisify(execFile)("buf", ["build", folder, "-o", image, "--as-file-descriptor-set"], { cwd: root, env });
    const { file: files } = fromBinary(FileDescriptorSetSchema, await readFile(image));
    const compiled = files.find(({ name }) => name === original.proto.name);
    if (compiled === undefined) throw new Error("buf left the file out");

    expect(comparable(compiled)).toEqual(comparable(original.proto));
  });
});

/** As JSON with the options' extensions spelled out, so that neither unknown fields nor their order hide a difference. */
function comparable(file: typeof original.proto): unknown {
  const bytes = toBinary(FileDescriptorProtoSchema, { ...file, sourceCodeInfo: undefined });
  const registry = createRegistry(original);
  return toJson(FileDescriptorProtoSchema, fromBinary(FileDescriptorProtoSchema, bytes), { registry });
}
