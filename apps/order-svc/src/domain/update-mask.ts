import { invalidFields } from "@skyport/errors";

const READ_ONLY = new Set(["id", "state", "total", "etag", "create_time", "update_time"]);

/**
 * Checks the mask of an order's update: only `line_items` can be changed, as a whole.
 *
 * @throws INVALID_FIELDS with every path at fault
 */
export function checkUpdateMask(paths: readonly string[] | undefined): void {
  const named = paths ?? [];
  if (named.includes("*") && named.length > 1) {
    throw invalidFields([{ field: "update_mask", description: '"*" must stand alone' }]);
  }
  const violations = named
    .filter((path) => path !== "line_items" && path !== "*")
    .map((path) => ({ field: "update_mask", description: `${JSON.stringify(path)} ${reason(path)}` }));
  if (violations.length > 0) throw invalidFields(violations);
}

function reason(path: string): string {
  if (READ_ONLY.has(path)) return "cannot be changed";
  return path.startsWith("line_items.") ? "name the whole field: line_items" : "is no field; one of: line_items, *";
}
