/**
 * Freezes a value and everything in it, so that callers that share it cannot change it under each other. What is frozen
 * already is left as it is. Byte arrays, whose elements cannot be frozen, and the contents of Map and Set stay as they are.
 */
export function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  // Before what is in it, so that a value that contains itself comes to an end.
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
