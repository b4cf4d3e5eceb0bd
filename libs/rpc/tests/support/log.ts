import { EventEmitter, once } from "node:events";
import { createLogger, type Logger } from "../../src/index.ts";

export type LogLine = Readonly<Record<string, unknown>>;

/** A logger that keeps its lines. */
export function captureLog(): {
  logger: Logger;
  lines: LogLine[];
  line: (matches: (line: LogLine) => boolean) => Promise<LogLine>;
} {
  const lines: LogLine[] = [];
  const written = new EventEmitter();
  const destination = {
    write(text: string) {
      lines.push(JSON.parse(text));
      written.emit("line");
    },
  };
  return {
    logger: createLogger({ name: "test", level: "debug", destination }),
    lines,
    async line(matches) {
      for (;;) {
        const found = lines.find(matches);
        if (found !== undefined) return found;
        await once(written, "line");
      }
    },
  };
}
