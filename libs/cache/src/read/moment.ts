let last = 0;

/**
 * A number that grows with each call in this process: the order in which callers arrive and lookups and reads start. It
 * is what the joining rule compares, since a clock cannot tell two events of one millisecond apart.
 */
export function nextMoment(): number {
  last += 1;
  return last;
}
