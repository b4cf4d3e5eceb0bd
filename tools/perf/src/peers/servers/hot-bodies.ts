import { create } from "@bufbuild/protobuf";
import { GetProductRequestSchema } from "@skyport/proto";
import { asBinary, asJson, type Encoded, HOT_ID, makeProducts } from "../product.ts";

/** The request for the product that is asked for, and its answer. */
export function hotBodies(encoding: "json" | "binary"): Encoded {
  const response = makeProducts().get(HOT_ID);
  if (response === undefined) throw new RangeError(`no product has the id ${HOT_ID}`);
  return (encoding === "json" ? asJson : asBinary)(create(GetProductRequestSchema, { id: HOT_ID }), response);
}
