import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { monotonicMs } from "./clock.ts";
import { JournalReader, readJournal } from "./journal-reader.ts";
import { JournalWriter } from "./journal-writer.ts";
import { NO_ROW } from "./testkit/operations.ts";

const folder = mkdtempSync(join(tmpdir(), "journal-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `journal-${files}`);
};

describe("a journal", () => {
  test("gives back what was recorded", () => {
    const file = newFile();
    const before = monotonicMs();
    {
      using journal = new JournalWriter(file, "worker 1");
      const put = journal.begin({ kind: "put", key: "a:ü", mark: "w 1" });
      const remove = journal.begin({ kind: "remove", key: "a:ü", mark: "w2", removed: 12n });
      journal.read("a:ü", 1.0004, 2.0004, { version: 2n ** 70n, mark: "w 1" });
      journal.read("b", 3, 4, NO_ROW);
      remove.end("refused");
      put.end("acknowledged", 13n);
      journal.begin({ kind: "put", key: "b", mark: "w3" });
      journal.begin({ kind: "put", key: "b", mark: "w4" }).end("unknown");
    }
    const process = "worker 1";
    const time: unknown = expect.any(Number);
    const operations = readJournal(file);
    expect(operations).toEqual([
      { kind: "remove", key: "a:ü", mark: "w2", removed: 12n, start: time, end: time, outcome: "refused", process },
      { kind: "put", key: "a:ü", mark: "w 1", start: time, end: time, outcome: "acknowledged", version: 13n, process },
      { kind: "put", key: "b", mark: "w4", start: time, outcome: "unknown", process },
      { kind: "read", key: "a:ü", start: 1, end: 2.001, seen: { version: 2n ** 70n, mark: "w 1" }, process },
      { kind: "read", key: "b", start: 3, end: 4, seen: NO_ROW, process },
      { kind: "put", key: "b", mark: "w3", start: time, outcome: "unknown", process },
    ]);
    for (const { kind, start, end } of operations.filter((each) => each.kind !== "read")) {
      expect([kind, start > before - 0.01, (end ?? start) < monotonicMs() + 0.01]).toEqual([kind, true, true]);
    }
  });

  test("writes go to the file at once, reads when there are many of them or when it is told", () => {
    const file = newFile();
    using journal = new JournalWriter(file, "p");
    journal.read("a", 1, 2, NO_ROW);
    const write = journal.begin({ kind: "put", key: "a", mark: "w1" });
    expect(readJournal(file)).toMatchObject([{ outcome: "unknown" }]);
    write.end("acknowledged", 1n);
    expect(readJournal(file)).toMatchObject([{ outcome: "acknowledged" }]);
    journal.flush();
    expect(readJournal(file)).toHaveLength(2);
    for (let index = 0; index < 100_000; index += 1) journal.read("a", index, index + 1, { version: 1n, mark: "w1" });
    const written = readJournal(file).length;
    expect(written).toBeGreaterThan(90_000);
    expect(written).toBeLessThan(100_002);
  });

  test("a last line that is torn is not there yet", () => {
    const file = newFile();
    new JournalWriter(file, "p").close();
    using reader = new JournalReader(file);
    appendFileSync(file, "b\t1\tput\tä\tw1\t1000\t\nr\tä\t1\t2\t3");
    expect(reader.read()).toMatchObject([{ kind: "put", key: "ä", start: 1 }]);
    appendFileSync(file, Buffer.concat([Buffer.from("4\tw1\ne\t1\t2000\tackno")]));
    expect(reader.read()).toMatchObject([{ kind: "read", seen: { version: 34n, mark: "w1" } }]);
    expect(readJournal(file)).toMatchObject([{ kind: "read" }, { kind: "put", outcome: "unknown" }]);
  });

  test("read in parts, an open write is told as unknown and later with its outcome; the file may be emptied between", () => {
    const file = newFile();
    using journal = new JournalWriter(file, "p");
    using reader = new JournalReader(file);
    const first = journal.begin({ kind: "put", key: "a", mark: "w1" });
    const second = journal.begin({ kind: "put", key: "a", mark: "w2" });
    expect(reader.read()).toMatchObject([
      { mark: "w1", outcome: "unknown" },
      { mark: "w2", outcome: "unknown" },
    ]);
    reader.discard();
    expect(statSync(file).size).toBe(0);
    expect(reader.read()).toEqual([]);
    second.end("acknowledged", 5n);
    expect(reader.read()).toMatchObject([{ mark: "w2", outcome: "acknowledged", version: 5n }]);
    reader.discard();
    first.end("refused");
    journal.read("a", 1, 2, NO_ROW);
    journal.flush();
    expect(reader.read()).toMatchObject([
      { mark: "w1", outcome: "refused" },
      { kind: "read", process: "p" },
    ]);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(3);
  });

  test("belongs to one process", () => {
    const file = newFile();
    new JournalWriter(file, "p").close();
    expect(() => new JournalWriter(file, "q")).toThrow("EEXIST");
  });

  test("takes no text that would break a line", () => {
    using journal = new JournalWriter(newFile(), "p");
    expect(() => journal.begin({ kind: "put", key: "a\tb", mark: "w1" })).toThrow(TypeError);
    expect(() => journal.read("a", 1, 2, { version: 1n, mark: "w\n1" })).toThrow(TypeError);
    expect(() => new JournalWriter(newFile(), "p\r")).toThrow(TypeError);
  });

  test.each(["x\t1", "e\t1\t2\tacknowledged\t", "b\t1\tpatch\ta\tw\t1\t", "b\t1\tput\ta\tw\t1\t\ne\t1\t2\tdone\t"])(
    "what is no line of a journal is told: %j",
    (line) => {
      const file = newFile();
      new JournalWriter(file, "p").close();
      appendFileSync(file, `${line}\n`);
      expect(() => readJournal(file)).toThrow(Error);
    },
  );
});
