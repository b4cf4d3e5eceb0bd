import { create } from "@bufbuild/protobuf";
import { GetProductRequestSchema } from "@skyport/proto";
import { asBinary, asJson, type Encoded, makeProducts, servedId } from "../product.ts";

/** The request for the product that is asked for, and its answer. */
export function hotBodies(encoding: "json" | "binary"): Encoded {
  const id = servedId();
  const response = makeProducts().get(id);
  if (response === undefined) throw new RangeError(`no product has the id ${id}`);
  return (encoding === "json" ? asJson : asBinary)(create(GetProductRequestSchema, { id }), response);
}
