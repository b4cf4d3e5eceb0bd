import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@skyport/proto";

/** The error that a call fails with; fails itself when the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ConnectError)) throw new Error("a ConnectError was expected", { cause: outcome });
  return outcome;
}

/** The reason and metadata of an error. */
export function infoOf(error: ConnectError): { reason: string; domain: string; metadata: Record<string, string> } {
  const [info, ...more] = error.findDetails(ErrorInfoSchema);
  if (info === undefined || more.length > 0) throw new Error(`one ErrorInfo was expected in: ${error.message}`);
  return { reason: info.reason, domain: info.domain, metadata: info.metadata };
}
