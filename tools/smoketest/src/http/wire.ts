import { at, equal, holds } from "../check/expect.ts";
import type { Report } from "../report.ts";
import { failed, succeeded } from "./expect-answer.ts";
import { post, request } from "./json.ts";

const GET_PRODUCT = "skyport.product.v1.ProductService/GetProduct";
const CREATE_PRODUCT = "skyport.product.v1.ProductService/CreateProduct";
const LIST_PRODUCTS = "skyport.product.v1.ProductService/ListProducts";
const JSON_TYPE = { "content-type": "application/json" };

/** What the wire itself promises: GET for reads, and an answer to whatever is no proper call. */
export async function wire(report: Report, productUrl: string): Promise<void> {
  const url = (method: string) => `${productUrl}/${method}`;
  const query = (message: string) => `connect=v1&encoding=json&message=${encodeURIComponent(message)}`;

  await report.step("a read may be a GET", async () => {
    const answer = await request(`${url(LIST_PRODUCTS)}?${query('{"pageSize":1}')}`);
    const expected = succeeded(await post(productUrl, LIST_PRODUCTS, { pageSize: 1 }));
    equal("products.length", length(at(succeeded(answer), "products")), length(at(expected, "products")));
  });
  await report.step("a GET that fails tells its reason", async () => {
    const answer = await request(`${url(GET_PRODUCT)}?${query('{"id":"no.such.product"}')}`);
    failed(answer, 404, "not_found", "PRODUCT_NOT_FOUND");
  });
  await report.step("a write is no GET: 405", async () => {
    const answer = await request(`${url(CREATE_PRODUCT)}?${query("{}")}`);
    equal("status", answer.status, 405);
  });
  await report.step("a body that is no JSON is MALFORMED_REQUEST", async () => {
    const answer = await request(url(GET_PRODUCT), { method: "POST", headers: JSON_TYPE, body: '{"id":' });
    failed(answer, 400, "invalid_argument", "MALFORMED_REQUEST");
  });
  await report.step("a value of the wrong type is MALFORMED_REQUEST", async () => {
    failed(await post(productUrl, GET_PRODUCT, { id: 7 }), 400, "invalid_argument", "MALFORMED_REQUEST");
  });
  await report.step("a field that nobody knows is ignored", async () => {
    succeeded(await post(productUrl, LIST_PRODUCTS, { pageSize: 1, colour: "blue" }));
  });
  await report.step("a body above 1 MiB is MESSAGE_TOO_LARGE", async () => {
    const answer = await post(productUrl, GET_PRODUCT, { id: "x".repeat(1_100_000) });
    failed(answer, 429, "resource_exhausted", "MESSAGE_TOO_LARGE");
  });
  await report.step("a method that does not exist is 404, a content type that nobody speaks 415", async () => {
    equal("status", (await post(productUrl, "skyport.product.v1.ProductService/Nothing", {})).status, 404);
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: "{}" };
    equal("status", (await request(url(GET_PRODUCT), init)).status, 415);
  });
  await report.step("an error's message holds nothing of the inside", async () => {
    const { text } = await post(productUrl, GET_PRODUCT, { id: "no.such.product" });
    holds("the body", text, "no SQL, stack or host", !/select |postgres|\.ts:|node_modules|localhost/i.test(text));
  });
}

function length(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}
