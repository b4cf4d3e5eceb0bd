const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;
const LABEL = /c\d{6}/g;

/**
 * Takes out of a conversation, or of an event, what cannot be the same twice: the date, ids that a server made, and the
 * label of the case, which is another each time that it is sent. Both have a fixed width, so that no length changes.
 * Error details are looked into: their values are base64.
 */
export function normalise(text: string): string {
  return plain(text)
    .replace(/\r\ndate: [^\r]+ GMT/gi, "\r\nDate: (now)")
    .replace(
      /("value":"|"grpc-status-details-bin":"|grpc-status-details-bin: )([\w+/]{40,}=*)/g,
      (_, before: string, encoded: string) => {
        const inside = Buffer.from(encoded, "base64").toString("latin1");
        return before + Buffer.from(plain(inside), "latin1").toString("base64");
      },
    );
}

function plain(text: string): string {
  return text.replace(UUID, (id) => id.replace(/[\da-f]/g, "0")).replace(LABEL, "c######");
}

/** The id of a server's own choice in a response, by which its log lines are found. */
export function requestIdIn(text: string): string | undefined {
  return /\r\nx-request-id: ([^\r]*)/i.exec(text)?.[1];
}
