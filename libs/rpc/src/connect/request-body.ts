import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { DomainError, toConnectError } from "@skyport/errors";
import { errorText } from "../errors/error-text.ts";
import type { CallRun } from "../steps/call-run.ts";

/**
 * The bytes of a request. Unlike Connect's own it leaves the socket open when reading stops early, so that the caller
 * gets the error that says why, and it gives up at the call's deadline and at `shutdown`, so that a body that never ends
 * ends.
 */
export async function* requestBody(
  request: IncomingMessage | Http2ServerRequest,
  run: () => CallRun | undefined,
  shutdown: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array> = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const call = run()?.call;
      const next = untilAborted(iterator.next(), shutdown);
      const result = await (call === undefined ? next : call.deadline.race(next));
      if (result.done === true) return;
      yield result.value;
    }
  } catch (error) {
    throw cutShort(error);
  } finally {
    // Not awaited: after the deadline a read is still pending, and a return would wait behind it.
    iterator.return?.()?.catch(() => undefined);
  }
}

/** The promise's outcome, or the signal's reason when that comes first. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** What Connect is to send. A connection that breaks while its request is read has nobody left to answer. */
function cutShort(error: unknown): unknown {
  if (error instanceof DomainError) return toConnectError(error);
  const code = errorText(error, "code");
  if (code !== "ECONNRESET" && code !== "ERR_STREAM_PREMATURE_CLOSE") return error;
  return new ConnectError("the request was cut short", Code.Canceled, undefined, undefined, error);
}
