const MARK = "SKYPORT_WORKER";

/** What a worker tells its supervisor: it listens. */
export const LISTENING = "listening";

/** The environment of a worker, beside what the supervisor has. */
export function workerEnvironment(number: number): Record<string, string> {
  return { [MARK]: String(number) };
}

/** Whether a supervisor has started this process; it may have ended since. */
export function isWorker(): boolean {
  return process.env[MARK] !== undefined;
}

/** Tells the supervisor, if there is one, that this process listens. */
export function reportListening(): void {
  if (isWorker() && process.connected) process.send?.(LISTENING);
}

/**
 * Resolves when the supervisor wants this process to end, or has ended itself, however that was. A message would not
 * tell of a supervisor that was killed; the end of the channel does both. Never resolves where there is none.
 */
export function dismissed(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  if (!isWorker()) return promise;
  if (!process.connected) resolve("dismissed");
  process.once("disconnect", () => resolve("dismissed"));
  // A worker that has closed for another reason ends, though the supervisor is still there.
  process.channel?.unref();
  return promise;
}
