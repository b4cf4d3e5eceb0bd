export { build } from "./build.ts";
export { ensureBundle, type ServiceName } from "./ensure-bundle.ts";
export { LITTLE_MEMORY } from "./little-memory.ts";
