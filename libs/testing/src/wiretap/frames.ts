/** The version in the first message of a client, which alone has no type. */
const PROTOCOL_3 = 3 << 16;

/** Cuts a stream of PostgreSQL's protocol (version 3) into messages, and tells of each: its type and its body. */
export function frames(isClient: boolean, onMessage: (type: string, body: Buffer) => void): (chunk: Buffer) => void {
  let isTyped = !isClient;
  let buffered = Buffer.alloc(0);
  return (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const head = isTyped ? 1 : 0;
      if (buffered.length < head + 4) return;
      const size = head + buffered.readInt32BE(head);
      if (buffered.length < size) return;
      if (isTyped) onMessage(buffered.toString("latin1", 0, 1), buffered.subarray(5, size));
      else isTyped = buffered.readInt32BE(4) === PROTOCOL_3;
      buffered = buffered.subarray(size);
    }
  };
}
