import { readFile } from "node:fs/promises";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object with string keys: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value when it is an object, an empty one otherwise: for walking into files that tools write. */
export function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/**
 * Reads a JSON file that holds one object.
 *
 * @throws Error when the file is missing, is not JSON or holds something else.
 */
export async function readObject(path: string): Promise<JsonObject> {
  const value: unknown = JSON.parse(await readFile(path, "utf8"));
  if (!isObject(value)) throw new Error(`${path} does not hold a JSON object`);
  return value;
}
