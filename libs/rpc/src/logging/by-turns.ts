import { type DestinationStream, destination } from "pino";

/** Not more than this waits for the end of the turn, in bytes: about what one write takes at once. */
const MOST_BYTES = 16_000;

/**
 * The file of a descriptor, with one write for all lines of a turn of the event loop: under load, a write for each costs
 * as much as the rest of a call. What a turn has logged is written before the process waits again, and when it exits, by
 * whatever error; only a kill in the middle of a turn loses that turn's lines.
 */
export function byTurns(fd: number): DestinationStream {
  const file = destination({ dest: fd, sync: true, minLength: MOST_BYTES });
  let isDue = false;
  const flush = (): void => {
    if (!isDue) return;
    isDue = false;
    file.flush();
  };
  process.on("exit", flush);
  return {
    write(line) {
      file.write(line);
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    },
  };
}
