import type { Message } from "@bufbuild/protobuf";
import type { Encoded } from "./encoded.ts";

/** The encoded forms of a shared message, for the codec that made them. */
export interface SharedForms {
  owner: object | undefined;
  json: Encoded | undefined;
  binary: Encoded | undefined;
}

const shared = new WeakMap<object, SharedForms>();

/**
 * Declares a response message immutable, so that its encoded forms (JSON and binary, each when it is first needed) are
 * kept beside it and sent again whenever a handler returns this very message. The message and everything in it are
 * frozen: a later change throws instead of going unseen. Returns the message.
 *
 * The forms live as long as the message, so the one who keeps messages (a cache) decides about the memory.
 */
export function shareEncoded<T extends Message>(message: T): T {
  if (!shared.has(message)) {
    freeze(message);
    shared.set(message, { owner: undefined, json: undefined, binary: undefined });
  }
  return message;
}

/** The kept forms of a message, or undefined when it was not shared. */
export function sharedForms(message: object): SharedForms | undefined {
  return shared.get(message);
}

/** Freezes a message with its fields, lists and maps. Bytes cannot be frozen. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
}
