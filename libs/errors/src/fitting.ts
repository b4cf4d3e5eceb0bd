/**
 * How much the list of one error may say, in bytes. gRPC sends an error in trailers: the details in base64, and the
 * message twice. Its clients commonly refuse more than 8 KiB of those.
 */
const MOST_BYTES = 4_000;
/** What a text costs besides its own bytes: its tag, its length, and its share of the message that holds it. */
const FRAME_BYTES = 5;

/**
 * As many from the start of a list as one error can say; the first in any case.
 *
 * @param textsOf all texts that are sent for an element
 */
export function fitting<T>(all: readonly T[], textsOf: (element: T) => readonly string[]): readonly T[] {
  let bytes = 0;
  const end = all.findIndex((element) => {
    for (const text of textsOf(element)) bytes += Buffer.byteLength(text) + FRAME_BYTES;
    return bytes > MOST_BYTES;
  });
  return end < 0 ? all : all.slice(0, Math.max(1, end));
}
