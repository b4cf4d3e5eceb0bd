import { type FieldViolation, invalidFields } from "@skyport/errors";

/** The one field of an order that may be changed, as a whole. */
const MUTABLE = "line_items";

const READ_ONLY = new Set(["id", "state", "total", "etag", "create_time", "update_time"]);

/**
 * Checks the mask of an order's update: only `line_items` can be changed, as a whole.
 *
 * @param paths the mask's paths, or undefined without a mask
 * @throws INVALID_FIELDS with every path at fault
 */
export function checkUpdateMask(paths: readonly string[] | undefined): void {
  const violations = (paths ?? []).flatMap(violationsOf);
  if (violations.length > 0) throw invalidFields(violations);
}

function violationsOf(path: string, _index: number, paths: readonly string[]): FieldViolation[] {
  if (path === MUTABLE || (path === "*" && paths.length === 1)) return [];
  return [{ field: "update_mask", description: `${JSON.stringify(path)} ${faultOf(path)}` }];
}

function faultOf(path: string): string {
  if (path === "*") return "must stand alone";
  if (READ_ONLY.has(path)) return "is output only";
  if (path.startsWith(`${MUTABLE}.`)) return `is a part; name the whole field: ${MUTABLE}`;
  return `is no field; one of: ${MUTABLE}, *`;
}
