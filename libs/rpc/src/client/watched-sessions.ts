import type { Http2Session } from "node:http2";
import type { Http2SessionManager } from "@connectrpc/connect-node";

/** What a transport needs of a session manager. */
type Sessions = Pick<Http2SessionManager, "authority" | "request" | "notifyResponseByteRead">;

/**
 * The same sessions, with somebody to hear their errors for as long as they live. Connect's manager stops listening once
 * it has given a session up; when what is at the other end does not speak HTTP/2, the session reports that once more,
 * and an error that nobody hears ends the process. The calls themselves fail either way.
 */
export function watchedSessions(manager: Sessions): Sessions {
  const heard = new WeakSet<Http2Session>();
  return {
    authority: manager.authority,
    notifyResponseByteRead: (stream) => manager.notifyResponseByteRead(stream),
    async request(...call) {
      const stream = await manager.request(...call);
      const { session } = stream;
      if (session !== undefined && !heard.has(session)) {
        heard.add(session);
        session.on("error", () => undefined);
      }
      return stream;
    },
  };
}
