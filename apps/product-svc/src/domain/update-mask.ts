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

const READ_ONLY: Readonly<Record<string, string>> = {
  id: "is immutable",
  image_uri: "is output only",
  etag: "is output only",
  create_time: "is output only",
  update_time: "is output only",
};

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
 * @throws INVALID_FIELDS with every path at fault
 */
export function changesOf(given: GivenFields, paths: readonly string[] | undefined): ProductChanges {
  const named = namedFields(given, paths);
  if (named.has("title") && given.title === undefined) {
    throw invalidFields([{ field: "product.title", description: "is required and cannot be cleared" }]);
  }
  const entries = [...named].map((field) => [field, given[field] ?? defaultOf(field)] as const);
  return Object.fromEntries(entries);
}

function namedFields(given: GivenFields, paths: readonly string[] | undefined): ReadonlySet<keyof ProductFields> {
  const all = Object.values(MUTABLE);
  if (paths === undefined || paths.length === 0) return new Set(all.filter((field) => given[field] !== undefined));
  if (paths.includes("*")) {
    if (paths.length === 1) return new Set(all);
    throw invalidFields([{ field: "update_mask", description: '"*" must stand alone' }]);
  }
  const violations = paths.flatMap(violationOf);
  if (violations.length > 0) throw invalidFields(violations);
  return new Set(paths.filter(isPath).map((path) => MUTABLE[path]));
}

function violationOf(path: string): FieldViolation[] {
  if (isPath(path)) return [];
  const known = READ_ONLY[path];
  const root = path.split(".", 1)[0] ?? path;
  const reason =
    known ??
    (isPath(root) ? `name the whole field: ${root}` : `is no field; one of: ${Object.keys(MUTABLE).join(", ")}, *`);
  return [{ field: "update_mask", description: `${JSON.stringify(path)} ${reason}` }];
}

function isPath(path: string): path is Path {
  return Object.hasOwn(MUTABLE, path);
}

function defaultOf(field: keyof ProductFields): ProductFields[keyof ProductFields] {
  return field === "title" ? undefined : DEFAULTS[field];
}
