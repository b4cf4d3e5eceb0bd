import type { DescService } from "@bufbuild/protobuf";
import { type Client, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@skyport/proto";
import { type RetryOptions, withRetry } from "@skyport/rpc";
import { AuditError } from "./audit-error.ts";

/** One service, as the audit speaks with it. */
export interface Peer<S extends DescService> {
  /**
   * Makes a call, again where that can help.
   *
   * @throws AuditError naming the service, with the last failure as its cause
   */
  ask<T>(call: (client: Client<S>) => Promise<T>): Promise<T>;
  /**
   * Makes a call once, so that a wrong address is told at once.
   *
   * @throws AuditError
   */
  reach(call: (client: Client<S>) => Promise<unknown>): Promise<void>;
}

export function peerOf<S extends DescService>(
  { name, url, client }: { readonly name: string; readonly url: string; readonly client: Client<S> },
  retry: RetryOptions,
): Peer<S> {
  return {
    async ask(call) {
      try {
        return await withRetry(() => call(client), retry);
      } catch (cause) {
        if (!(cause instanceof ConnectError)) throw cause;
        throw new AuditError(`${name} at ${url} does not answer as it should: ${cause.message}`, { cause });
      }
    },
    async reach(call) {
      try {
        await call(client);
      } catch (cause) {
        if (!(cause instanceof ConnectError)) throw cause;
        const message = `${name} does not answer at ${url} (${cause.message}); is it running? npm start starts it`;
        throw new AuditError(message, { cause });
      }
    },
  };
}

/** The stable reason of a service's error; undefined for any other. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof ConnectError ? error.findDetails(ErrorInfoSchema)[0]?.reason : undefined;
}
