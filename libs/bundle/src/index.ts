export { ensureBundle, type ServiceName } from "./ensure-bundle.ts";
