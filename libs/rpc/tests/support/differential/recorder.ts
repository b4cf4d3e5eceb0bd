import { EventEmitter, once } from "node:events";
import { createLogger, type Logger } from "../../../src/index.ts";

/** What a server did that its caller cannot see: what handlers met, and what went to the log. */
export interface Recorder {
  readonly logger: Logger;
  /** Notes an event of the case. */
  readonly note: (label: string, event: string) => void;
  /** The events of a case, in order. */
  readonly events: (label: string) => readonly string[];
  /** The log's lines that name the call, without what differs each time. */
  readonly log: (id: string) => readonly string[];
  /** Lines that name no call. */
  readonly strays: () => readonly string[];
  /** Waits until `condition` holds. It is asked anew whenever something is noted. */
  readonly until: (condition: () => boolean) => Promise<void>;
  /** Forgets a case, which is sent anew. */
  readonly forget: (label: string) => void;
  /** Tells that an event is still to come; the result tells that it has. */
  readonly expect: () => () => void;
  /** Whether no event is to come. */
  readonly quiet: () => boolean;
}

type Fields = Readonly<Record<string, unknown>>;

export function createRecorder(): Recorder {
  const events = new Map<string, string[]>();
  const lines = new Map<string, string[]>();
  const noted = new EventEmitter().setMaxListeners(0);
  let expected = 0;
  const add = (map: Map<string, string[]>, key: string, value: string): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  };
  const destination = {
    write(text: string) {
      const line: Fields = JSON.parse(text);
      add(lines, typeof line["id"] === "string" ? line["id"] : "", describeLine(line));
    },
  };
  return {
    logger: createLogger({ name: "twin", level: "debug", destination }),
    note(label, event) {
      add(events, label, event);
      noted.emit("event");
    },
    async until(condition) {
      while (!condition()) await once(noted, "event");
    },
    events: (label) => events.get(label) ?? [],
    log: (id) => lines.get(id) ?? [],
    forget(label) {
      events.delete(label);
      events.delete(`r-${label}`);
      for (const id of lines.keys()) if (id.startsWith(`r-${label}`)) lines.delete(id);
    },
    strays: () => lines.get("") ?? [],
    expect() {
      expected++;
      return () => {
        expected--;
      };
    },
    quiet: () => expected === 0,
  };
}

const PASSING: ReadonlySet<string> = new Set(["id", "ms", "time", "pid", "hostname", "stack", "url"]);

/** Two timers end a call that is late, and which of them comes first is told by the error's cause alone. */
function describeLine(line: Fields): string {
  const late = line["code"] === "deadline_exceeded";
  return JSON.stringify(line, (key, value: unknown) =>
    PASSING.has(key) || (late && key === "cause") ? undefined : value,
  );
}
