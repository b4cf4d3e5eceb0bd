/** Writes without pause, one after the other, and tells each acknowledgement after it was recorded; until it is killed. */
import { writeSync } from "node:fs";
import { JournalWriter } from "../../src/index.ts";

const journal = new JournalWriter(process.argv[2] ?? "", "victim");
for (let version = 1n; ; version += 1n) {
  const write = journal.begin({ kind: "put", key: "k", mark: `w${version}` });
  for (let reads = 0; reads < 20; reads += 1) {
    journal.read("k", write.start, write.start + 1, { version, mark: `w${version}` });
  }
  write.end("acknowledged", version);
  writeSync(1, `${version}\n`);
}
