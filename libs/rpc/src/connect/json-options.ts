import type { DescMessage, JsonReadOptions, JsonWriteOptions } from "@bufbuild/protobuf";
import { enumCheck } from "./unknown-enum.ts";

type JsonOptions = Partial<JsonReadOptions & JsonWriteOptions> & {
  readonly textDecoder: { decode(input?: Uint8Array): string };
};

/**
 * How requests of a type are read from JSON: unknown fields are ignored (Connect's default), unknown names of enums and
 * bytes that are no UTF-8 are not. The hook for both is the decoder of text, the one part of it that Connect lets be
 * replaced; a message without enums pays for nothing more.
 */
export function jsonOptions(input: DescMessage): JsonOptions {
  const text = new TextDecoder("utf-8", { fatal: true });
  const check = enumCheck(input);
  if (check === undefined) return { textDecoder: text };
  return {
    textDecoder: {
      decode(bytes) {
        const json = text.decode(bytes);
        const value = parsed(json);
        if (value !== undefined) check(value);
        return json;
      },
    },
  };
}

/** The value, or undefined for broken JSON: the decoder proper has better words for that. */
function parsed(json: string): Parameters<NonNullable<ReturnType<typeof enumCheck>>>[0] | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
