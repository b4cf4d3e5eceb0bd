import { RESP_TYPES, RedisClient } from "@redis/client";
import { unlessAborted } from "../unless-aborted.ts";
import type { Argument, Reply } from "./connection.ts";

/** The driver, as far as a connection uses it. */
export interface Client {
  send(args: readonly Argument[]): Promise<Reply>;
  /** Tells once that the socket is gone, for whatever reason. */
  onEnd(listener: (reason: Error) => void): void;
  /** Closes the socket; what waits for an answer is rejected. May be called again. */
  destroy(): void;
}

/**
 * The driver's class, made once: `createClient` makes one of several hundred commands for each address, which holds the
 * event loop for some 50 ms, and an attempt to reconnect would pay for it again.
 */
const makeClient = RedisClient.factory({ RESP: 2 });

/**
 * Connects a driver that neither reconnects nor queues while offline. Its own command timeout, which covers commands
 * that are not sent yet and costs an AbortSignal each, is off: the connection watches over answers itself.
 */
export async function openClient(url: string, connectTimeout: number, signal: AbortSignal): Promise<Client> {
  const options = {
    url,
    // The class is made for it, and the greeting asks here too.
    RESP: 2 as const,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled" as const,
    commandOptions: { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    socket: { reconnectStrategy: false as const, connectTimeout },
  };
  const client = makeClient(options);
  let ended: Error | undefined;
  let listener: ((reason: Error) => void) | undefined;
  const end = (reason: Error) => {
    ended ??= reason;
    listener?.(ended);
  };
  client.on("error", end);
  client.on("end", () => end(new Error("the connection to Redis has ended")));
  const connecting = client.connect();
  try {
    await unlessAborted(signal, connecting);
  } catch (error) {
    client.destroy();
    // A socket that is still connecting does not hear of destroy(); it goes once it is there.
    connecting.then(
      () => client.destroy(),
      () => undefined,
    );
    throw error;
  }
  return {
    send: (args) => client.sendCommand<Reply>(args),
    onEnd: (added) => {
      listener = added;
      if (ended !== undefined) added(ended);
    },
    destroy: () => client.destroy(),
  };
}
