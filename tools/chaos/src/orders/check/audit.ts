import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Member } from "../shop/member.ts";

/** What the audit program says of both services. */
export interface AuditResult {
  readonly isClean: boolean;
  /** What it has found, in words; or why it could not be carried out. */
  readonly told: string;
}

/** What is read of the audit's document. */
interface AuditDocument {
  readonly discrepancies: readonly { readonly kind: string; readonly resource: string; readonly text: string }[];
}

/** Runs the audit as anybody would, through two of the instances. */
export function audit(root: string, product: Member, order: Member): Promise<AuditResult> {
  const env = { ...process.env, NODE_OPTIONS: "", PRODUCT_URL: product.endpoint.url, ORDER_URL: order.endpoint.url };
  const options = { env, maxBuffer: 1 << 28 };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "tools/audit/src/main.ts"), "--json"], options, (error, output, errors) => {
      resolve({ isClean: error === null, told: output === "" ? errors : words(output) });
    });
  });
}

function words(output: string): string {
  const { discrepancies }: AuditDocument = JSON.parse(output);
  return discrepancies.map(({ kind, resource, text }) => `${kind} ${resource}: ${text}`).join("; ");
}
