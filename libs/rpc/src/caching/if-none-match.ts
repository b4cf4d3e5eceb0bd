/** One entity tag, weak or strong, and what follows it. */
const TAG = /^\s*(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)/;

/**
 * Whether a caller holds the answer that has this tag: by `If-None-Match` as RFC 9110, section 13.1.2 has it. Tags are
 * compared weakly there, and `*` is any answer. A malformed list counts up to where it goes wrong.
 *
 * @param field the header's value
 * @param tag a strong entity tag, quotes included
 */
export function holds(field: string | undefined, tag: string): boolean {
  if (field === undefined) return false;
  if (field.trim() === "*") return true;
  for (let rest = field; rest !== ""; ) {
    const [whole, found] = TAG.exec(rest) ?? [];
    if (whole === undefined) return false;
    if (found === tag) return true;
    rest = rest.slice(whole.length);
  }
  return false;
}
