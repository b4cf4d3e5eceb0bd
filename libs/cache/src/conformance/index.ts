import { describe } from "@jest/globals";
import type { MakeStore } from "./harness.ts";
import { hitCases } from "./hits.ts";
import { readCases } from "./reads.ts";
import { scheduleCases } from "./schedules.ts";
import { timeCases } from "./time.ts";
import { writeCases } from "./writes.ts";

export type { HarnessOptions, MakeStore, StoreHarness } from "./harness.ts";

/** The cases that every store of the protocol passes; called at the top of a test file. */
export function describeStore(name: string, make: MakeStore): void {
  describe(`${name}: reads`, () => readCases(make));
  describe(`${name}: writes`, () => writeCases(make));
  describe(`${name}: time`, () => timeCases(make));
  describe(`${name}: hits`, () => hitCases(make));
  describe(`${name}: schedules`, () => scheduleCases(make));
}
