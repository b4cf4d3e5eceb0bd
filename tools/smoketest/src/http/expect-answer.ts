import { at, equal, includes } from "../check/expect.ts";
import { Surprise, Words } from "../check/surprise.ts";
import type { Answer } from "./json.ts";

/** The call succeeded, and its JSON has at least the expected fields; returns the JSON. */
export function succeeded({ status, json, text }: Answer, expected: unknown = {}): unknown {
  if (status !== 200) throw new Surprise("the answer", new Words("HTTP 200"), new Words(`HTTP ${status} ${text}`));
  includes("body", json, expected);
  return json;
}

/** The call failed as Connect tells it in JSON: status, code, and an ErrorInfo with the reason that can be read. */
export function failed({ status, json, text }: Answer, expectedStatus: number, code: string, reason: string): unknown {
  const info = { type: "google.rpc.ErrorInfo", debug: { reason, domain: "skyport" } };
  const expected = `HTTP ${expectedStatus} ${JSON.stringify({ code, details: [info] })}`;
  try {
    equal("status", status, expectedStatus);
    equal("code", at(json, "code"), code);
    includes("details.0", at(json, "details.0"), info);
  } catch (error) {
    if (error instanceof Surprise)
      throw new Surprise("the error", new Words(expected), new Words(`HTTP ${status} ${text}`));
    throw error;
  }
  return json;
}
