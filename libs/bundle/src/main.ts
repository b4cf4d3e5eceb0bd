import { stat } from "node:fs/promises";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBundle, type ServiceName } from "./ensure-bundle.ts";

// `npm run build`: the services' programs for production.

const root = fileURLToPath(new URL("../../..", import.meta.url));
const services: readonly ServiceName[] = ["product-svc", "order-svc"];

for (const service of services) {
  const program = await ensureBundle(root, service);
  const { size } = await stat(program);
  process.stdout.write(`${relative(root, program)}  ${(size / 1024 / 1024).toFixed(1)} MiB\n`);
}
