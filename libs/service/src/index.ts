export { readServiceConfig, type ServiceConfig } from "./config.ts";
export { main, type RunningService } from "./main.ts";
export { once } from "./once.ts";
export { type Repeatable, requestKey } from "./request-key.ts";
export { serverOptions } from "./server-options.ts";
export { openStorage, type Storage, type StoragePlan } from "./storage.ts";
export { type StorageWriter, storageWriter } from "./write-ahead.ts";
