/** What npm compares with the machine before it installs a package. */
export interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

const OS = new Set(["aix", "android", "darwin", "freebsd", "linux", "openharmony", "sunos", "win32"]);
const CPU = new Set(["arm", "arm64", "ia32", "loong64", "ppc64", "riscv64", "s390x", "x64"]);
/** Names that packages use for what Node calls otherwise. */
const ALIASES: Readonly<Record<string, string>> = { armv7: "arm", windows: "win32" };
const LIBC: Readonly<Record<string, string>> = { gnu: "glibc", musl: "musl" };

/**
 * The platform that a binary package is for, by its name: every such package is named
 * `<scope>/<tool>-<os>-<cpu>[-<abi>]`. Undefined when the name tells no platform.
 */
export function platformOf(packageName: string): Platform | undefined {
  const words = packageName
    .slice(packageName.lastIndexOf("/") + 1)
    .split("-")
    .map((word) => ALIASES[word] ?? word);
  const os = words.find((word) => OS.has(word));
  const cpu = words.find((word) => CPU.has(word));
  if (os === undefined || cpu === undefined) return undefined;
  // Only Linux has more than one C library, so npm asks for it only there.
  const abi = os === "linux" ? words.at(-1) : undefined;
  const libc = abi === undefined ? undefined : LIBC[abi];
  return { os: [os], cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }) };
}
