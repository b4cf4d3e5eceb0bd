import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createRegistry } from "@bufbuild/protobuf";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { printProto } from "./print-proto.ts";

const HEADER = "// Printed from the descriptor in @bufbuild/protovalidate: the rules that its validator knows.\n";

/**
 * Writes buf/validate/validate.proto below a folder. The file is in no npm package, its descriptor is in
 * @bufbuild/protovalidate; printed back, it lets Buf compile our rules without a remote module, and the rules are
 * those of the very release that enforces them. A Buf that reads the folder meanwhile sees the old file or the new.
 */
export async function writeValidateProto(folder: string): Promise<void> {
  const file = join(folder, `${file_buf_validate_validate.name}.proto`);
  const source = HEADER + printProto(file_buf_validate_validate, createRegistry(file_buf_validate_validate));
  if ((await readFile(file, "utf8").catch(() => "")) === source) return;
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, source);
  await rename(draft, file);
}
