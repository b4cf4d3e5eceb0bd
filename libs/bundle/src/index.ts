export { build } from "./build.ts";
export { ensureBundle, type ServiceName } from "./ensure-bundle.ts";
