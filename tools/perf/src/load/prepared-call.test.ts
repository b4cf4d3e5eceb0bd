import { fromBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { ProductService } from "@skyport/proto";
import { prepareCall } from "./prepared-call.ts";

const { getProduct } = ProductService.method;
const PATH = "/skyport.product.v1.ProductService/GetProduct";

describe("a prepared call", () => {
  test("is JSON", () => {
    const { path, body } = prepareCall(getProduct, { id: "a" }, "json");
    expect(path).toBe(PATH);
    expect(body.toString()).toBe('{"id":"a"}');
  });

  test("is protobuf", () => {
    const { path, body } = prepareCall(getProduct, { id: "a" }, "binary");
    expect(path).toBe(PATH);
    expect(fromBinary(getProduct.input, body).id).toBe("a");
  });

  test("is protobuf in a frame", () => {
    const { body } = prepareCall(getProduct, { id: "a" }, "grpc");
    expect([...body.subarray(0, 5)]).toEqual([0, 0, 0, 0, body.length - 5]);
    expect(fromBinary(getProduct.input, body.subarray(5)).id).toBe("a");
  });

  test("has to be a message of its method", () => {
    expect(() => prepareCall(getProduct, { ids: ["a"] }, "json")).toThrow("ids");
  });
});
