const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 };

/**
 * Caps the caller's timeout in the header of either protocol. Connect hands the value to `setTimeout`, which takes
 * anything above 24.8 days for one millisecond; and it refuses a value above its limit, where a shorter time serves.
 */
export function capTimeoutHeaders(headers: Headers, maxMs: number): void {
  const connect = headers.get("connect-timeout-ms");
  if (connect !== null && /^\d{1,10}$/.test(connect) && Number(connect) > maxMs) {
    headers.set("connect-timeout-ms", String(maxMs));
  }
  const grpc = /^(\d{1,8})([HMSmun])$/.exec(headers.get("grpc-timeout") ?? "");
  const unit = UNIT_MS[grpc?.[2] ?? ""];
  if (unit !== undefined && Number(grpc?.[1]) * unit > maxMs) headers.set("grpc-timeout", `${maxMs}m`);
}
