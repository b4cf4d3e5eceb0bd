/** A number for people: three digits that count, thousands apart. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

/** A share as a percentage: 0.034 is "3.4 %". */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A number of rows: "1 k", "100 k", "1 M". */
export function rowsName(rows: number): string {
  if (rows >= 1_000_000 && rows % 1_000_000 === 0) return `${rows / 1_000_000} M`;
  if (rows >= 1_000 && rows % 1_000 === 0) return `${rows / 1_000} k`;
  return rows.toLocaleString("en-US");
}
