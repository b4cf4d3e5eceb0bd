const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of "90s", "10m", "2h" or "7d"; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const known = Object.entries(UNITS).find(([name]) => name === unit);
  return known === undefined ? undefined : Number(count) * known[1];
}

/** A length of time in its largest whole unit: "90 s" stays "90 s" up to two minutes, then "2 min". */
export function formatDuration(ms: number): string {
  if (ms < 2 * UNITS.m) return `${Math.max(0, Math.round(ms / UNITS.s))} s`;
  if (ms < 2 * UNITS.h) return `${Math.round(ms / UNITS.m)} min`;
  return ms < 2 * UNITS.d ? `${Math.round(ms / UNITS.h)} h` : `${Math.round(ms / UNITS.d)} days`;
}
