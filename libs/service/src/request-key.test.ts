import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { AdjustStockRequestSchema, InventoryService } from "@skyport/proto";
import { requestKey } from "./request-key.ts";

const method = InventoryService.method.adjustStock;
const REQUEST_ID = "919108f7-52d1-4320-9bac-f847db4148a8";

function keyOf(request: MessageInitShape<typeof AdjustStockRequestSchema>, principal = "") {
  return requestKey({ method, request: create(AdjustStockRequestSchema, request), principal });
}

const fingerprint = (request: MessageInitShape<typeof AdjustStockRequestSchema>): string =>
  Buffer.from(keyOf({ requestId: REQUEST_ID, ...request })?.fingerprint ?? []).toString("hex");

describe("requestKey", () => {
  test("there is none without a request id", () => {
    expect(keyOf({ productId: "a", delta: 1 })).toBeUndefined();
  });

  test("names caller, RPC and request id, in lower case", () => {
    expect(keyOf({ requestId: REQUEST_ID.toUpperCase() }, "alice")).toMatchObject({
      principal: "alice",
      rpc: "skyport.product.v1.InventoryService/AdjustStock",
      requestId: REQUEST_ID,
    });
  });

  test("fingerprints what is asked, and not the request id", () => {
    const asked = fingerprint({ productId: "a", delta: 1 });
    expect(asked).toHaveLength(64);
    expect(fingerprint({ productId: "a", delta: 1, requestId: REQUEST_ID.toUpperCase() })).toBe(asked);
    expect(fingerprint({ productId: "a", delta: 2 })).not.toBe(asked);
    expect(fingerprint({ productId: "b", delta: 1 })).not.toBe(asked);
  });

  test("takes no notice of fields that it does not know", () => {
    const unknown = { no: 99, wireType: 0, data: Uint8Array.of(1) };
    const request = create(AdjustStockRequestSchema, { productId: "a", delta: 1, requestId: REQUEST_ID });
    const before = requestKey({ method, request, principal: "" });
    request.$unknown = [unknown];
    expect(requestKey({ method, request, principal: "" })).toEqual(before);
  });

  test("leaves the request as it is", () => {
    const request = create(AdjustStockRequestSchema, { productId: "a", requestId: REQUEST_ID });
    requestKey({ method, request, principal: "" });
    expect(request.requestId).toBe(REQUEST_ID);
  });
});
