import { type FieldViolation, invalidFields } from "@skyport/errors";
import type { ProductFields } from "./product.ts";

/** The mask path of each field that may be changed. */
const MUTABLE = {
  title: "title",
  passenger_capacity: "passengerCapacity",
  maximum_speed: "maximumSpeed",
  in_stock: "inStock",
  price: "price",
} as const satisfies Record<string, keyof ProductFields>;

type Path = keyof typeof MUTABLE;

const READ_ONLY: ReadonlyMap<string, string> = new Map([
  ["id", "is immutable"],
  ["image_uri", "is output only"],
  ["etag", "is output only"],
  ["create_time", "is output only"],
  ["update_time", "is output only"],
]);

/** What an absent field becomes when the mask names it. The title has none: it is required. */
const DEFAULTS = { passengerCapacity: 0, maximumSpeed: 0, inStock: 0, price: undefined };

/** The fields to change, each with its new value; an absent key stays as it is. */
export type ProductChanges = { readonly [F in keyof ProductFields]?: ProductFields[F] | undefined };

/** The fields of the request's product; `undefined` where the request has none. */
export type GivenFields = { readonly [F in keyof ProductFields]: ProductFields[F] | undefined };

/**
 * What an update changes, by the rules of AIP-134: the fields that the mask names, all of them for `*`, those that
 * are present without a mask. Named and absent means the default.
 *
 * @param paths the mask's paths, or undefined without a mask
 * @throws INVALID_FIELDS with everything that is at fault
 */
export function changesOf(given: GivenFields, paths: readonly string[] | undefined): ProductChanges {
  const named = namedFields(given, paths ?? []);
  const violations = (paths ?? []).flatMap(violationsOf);
  if (named.has("title") && given.title === undefined) {
    violations.push({ field: "product.title", description: "is required and cannot be cleared" });
  }
  if (violations.length > 0) throw invalidFields(violations);
  const entries = [...named].map((field) => [field, given[field] ?? defaultOf(field)] as const);
  return Object.fromEntries(entries);
}

function namedFields(given: GivenFields, paths: readonly string[]): ReadonlySet<keyof ProductFields> {
  const all = Object.values(MUTABLE);
  if (paths.length === 0) return new Set(all.filter((field) => given[field] !== undefined));
  if (paths.includes("*")) return new Set(all);
  return new Set(paths.filter(isPath).map((path) => MUTABLE[path]));
}

function violationsOf(path: string, _index: number, paths: readonly string[]): FieldViolation[] {
  if (isPath(path) || (path === "*" && paths.length === 1)) return [];
  return [{ field: "update_mask", description: `${JSON.stringify(path)} ${faultOf(path)}` }];
}

function faultOf(path: string): string {
  if (path === "*") return "must stand alone";
  const [root = path] = path.split(".", 1);
  const known = READ_ONLY.get(path);
  if (known !== undefined) return known;
  return isPath(root)
    ? `is a part; name the whole field: ${root}`
    : `is no field; one of: ${Object.keys(MUTABLE).join(", ")}, *`;
}

function isPath(path: string): path is Path {
  return Object.hasOwn(MUTABLE, path);
}

function defaultOf(field: keyof ProductFields): ProductFields[keyof ProductFields] {
  return field === "title" ? undefined : DEFAULTS[field];
}
