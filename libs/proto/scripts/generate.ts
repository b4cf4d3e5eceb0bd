import { writeFile } from "node:fs/promises";
import { renderIndex } from "./index-file.ts";
import { must } from "./run.ts";
import { writeValidateProto } from "./validate-proto.ts";
import { workspace } from "./workspace.ts";

const ws = workspace();
try {
  await writeValidateProto(ws.validateDir);
  await must(ws, "buf", ["format", "-w", ws.protoPath]);
  await must(ws, "buf", ["generate"]);
  await writeFile(ws.indexFile, await renderIndex(ws));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
