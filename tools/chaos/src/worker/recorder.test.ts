import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { JournalWriter, type Operation, readJournal } from "@skyport/testing";
import { ABSENT, type Subject, type WriteResult } from "../subject.ts";
import { Recorder } from "./recorder.ts";

class Unreachable extends Error {
  readonly reason = "UNREACHABLE";
}

/** A row "a" of version 7, and writes that end as they are told. */
class Scripted implements Subject {
  result: WriteResult = { outcome: "acknowledged", version: 8n };
  reads = 100;
  failure: Error | undefined;
  held: Promise<void> = Promise.resolve();

  async read(key: string) {
    await this.held;
    if (this.failure !== undefined) throw this.failure;
    this.reads += 1;
    return key === "a" ? { version: 7n, mark: "m" } : ABSENT;
  }
  async readMany(keys: readonly string[]) {
    return new Map(await Promise.all(keys.map(async (key) => [key, await this.read(key)] as const)));
  }
  async put() {
    await this.held;
    if (this.failure !== undefined) throw this.failure;
    return this.result;
  }
  async remove() {
    return this.result;
  }
  counts() {
    return { reads: this.reads };
  }
  async [Symbol.asyncDispose]() {}
}

describe("Recorder", () => {
  let folder: string;
  let subject: Scripted;
  let recorder: Recorder;
  let journal: JournalWriter;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "skyport-recorder-"));
    subject = new Scripted();
    journal = new JournalWriter(join(folder, "journal"), "p1");
    recorder = new Recorder({ subject, journal, process: "p1", round: 3, deadlineMs: 1_000 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function recorded(): Operation[] {
    journal.close();
    return readJournal(join(folder, "journal"));
  }

  test("each key of a batch is one checked read, and counts are those of the round", async () => {
    await recorder.read("a");
    await recorder.readMany(["a", "b"]);
    expect(recorder.close()).toMatchObject({ process: "p1", round: 3, reads: 3, failed: 0, counts: { reads: 3 } });
    expect(recorded()).toMatchObject([
      { kind: "read", key: "a", seen: { version: 7n, mark: "m" } },
      { kind: "read", key: "a", seen: { version: 7n, mark: "m" } },
      { kind: "read", key: "b", seen: { version: undefined } },
    ]);
  });

  test("a failed read is counted by its reason and is no part of the history", async () => {
    subject.failure = new Unreachable();
    await recorder.read("a");
    expect(recorder.close()).toMatchObject({ reads: 0, failed: 1, errors: { "read UNREACHABLE": 1 } });
    expect(recorded()).toEqual([]);
  });

  test("writes have marks of their own, and the outcome that their writer was told", async () => {
    await recorder.put("a");
    subject.result = { outcome: "refused", reason: "CACHE_UNAVAILABLE" };
    await recorder.put("a");
    subject.result = { outcome: "missed" };
    await recorder.remove("a", 7n);
    subject.failure = new Unreachable();
    await recorder.put("a");
    expect(recorder.close()).toMatchObject({
      acknowledged: 1,
      missed: 1,
      failed: 2,
      errors: { "write CACHE_UNAVAILABLE refused": 1, "write UNREACHABLE unknown": 1 },
    });
    const writes = recorded();
    expect(writes.map((write) => ("outcome" in write ? [write.kind, write.outcome, write.mark] : []))).toEqual([
      ["put", "acknowledged", "p1-3-1"],
      ["put", "refused", "p1-3-2"],
      ["remove", "refused", "p1-3-3"],
      ["put", "unknown", "p1-3-4"],
    ]);
    expect(writes).toMatchObject([{ version: 8n }, {}, { removed: 7n }, {}]);
  });

  test("what runs on when the round is closed is stuck, and its write stays unknown", async () => {
    const gate = Promise.withResolvers<void>();
    subject.held = gate.promise;
    const late = [recorder.read("a"), recorder.put("a")];
    expect(recorder.close()).toMatchObject({ stuck: 2, hung: 2 });
    const written = recorded();
    gate.resolve();
    await Promise.all(late);
    expect(written).toMatchObject([{ kind: "put", outcome: "unknown" }]);
  });
});
