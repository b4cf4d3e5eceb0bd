import type { FromWorker, ToWorker } from "./messages.ts";
import { WorkerSession } from "./session.ts";

let session: WorkerSession | undefined;

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

async function handle(message: ToWorker): Promise<void> {
  if (message.type === "configure") {
    await session?.[Symbol.asyncDispose]();
    session = new WorkerSession(message.config, send);
    await session.open();
  } else await session?.handle(message);
}

process.on("message", (message) => {
  // Only `Workers` writes to this channel.
  handle(message as ToWorker).catch((error: unknown) => {
    send({ type: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});

/** How long an orderly end may take, in milliseconds. */
const END_MS = 5_000;

// The parent closes the channel when it is done, and its death closes it too. Nobody would stop this process otherwise.
process.on("disconnect", () => {
  setTimeout(() => process.exit(1), END_MS).unref();
  const closing = session?.[Symbol.asyncDispose]() ?? Promise.resolve();
  closing.then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

// Ctrl-C reaches the whole group; the parent decides what it means.
process.on("SIGINT", () => undefined);
