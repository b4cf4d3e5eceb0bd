/** The parameters in the body of a Bind message, in text form: two names, the formats, then each value after its length. */
export function boundParameters(body: Buffer): (string | null)[] {
  let at = body.indexOf(0, body.indexOf(0) + 1) + 1;
  at += 2 + 2 * body.readInt16BE(at);
  const count = body.readInt16BE(at);
  at += 2;
  return Array.from({ length: count }, () => {
    const length = body.readInt32BE(at);
    const value = length < 0 ? null : body.toString("utf8", at + 4, at + 4 + length);
    at += 4 + Math.max(0, length);
    return value;
  });
}
