import type { Budget, Measured, Progress, Target } from "../targets/target.ts";

/** One of several targets that are measured together. */
export interface Shared<Key extends string> {
  readonly key: Key;
  readonly name: string;
  readonly wanted: string;
}

/**
 * Targets that need the same servers: the first one that is asked for measures all of them, in turns with each other, and
 * the others give what it has found.
 */
export function measuredTogether<Key extends string>(
  targets: readonly Shared<Key>[],
  measureAll: (budget: Budget, progress: Progress) => Promise<Readonly<Record<Key, Measured>>>,
): readonly Target[] {
  let measuring: Promise<Readonly<Record<Key, Measured>>> | undefined;
  return targets.map(({ key, name, wanted }) => ({
    name,
    wanted,
    async measure(budget, progress) {
      measuring ??= measureAll(budget, progress);
      return (await measuring)[key];
    },
  }));
}
