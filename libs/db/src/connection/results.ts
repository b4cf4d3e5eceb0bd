import { parseArray } from "./arrays.ts";

/** Readers of result columns by the oid of their type, beside the driver's own for numbers, booleans, bytea and json. */
export const RESULT_PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  /** int8 */
  20: BigInt,
  /** int4[] */
  1007: (text) => parseArray(text, Number),
  /** text[] */
  1009: (text) => parseArray(text, String),
  /** varchar[] */
  1015: (text) => parseArray(text, String),
  /** int8[] */
  1016: (text) => parseArray(text, BigInt),
  /** uuid[] */
  2951: (text) => parseArray(text, String),
};
