import type { Operation, Seen } from "@skyport/testing";
import type { InstanceOptions, Point, WriteOptions } from "./instance.ts";
import type { Written } from "./recorder.ts";

/** What a process can be asked; each is answered, with `Answer`, unless the process ends. */
export type Order =
  | { readonly do: "open"; readonly options: InstanceOptions; readonly label: string }
  /** From now on work on this row waits at each of these points, once. */
  | { readonly do: "hold"; readonly key: string; readonly at: readonly Point[] }
  /** Work on this row goes on. */
  | { readonly do: "goOn"; readonly key: string }
  /** SIGKILL, sent by the process to itself. */
  | { readonly do: "die" }
  /** SIGSTOP, sent by the process to itself; when it wakes, all that waits goes on before anything else happens. */
  | { readonly do: "stop" }
  | { readonly do: "read"; readonly key: string }
  | { readonly do: "put"; readonly keys: readonly string[]; readonly mark: string; readonly options?: WriteOptions }
  | { readonly do: "watch"; readonly key: string }
  /** Ends the watch. Answered with all that was recorded of the key. */
  | { readonly do: "unwatch"; readonly key: string };

export interface Request {
  readonly id: number;
  readonly order: Order;
}

export interface Answer {
  readonly id: number;
  readonly seen?: Seen;
  readonly written?: Written;
  readonly operations?: readonly Operation[];
  readonly faults?: readonly string[];
  readonly error?: string;
}

/** Sent when work comes to a point that it waits at. */
export interface Reached {
  readonly point: Point;
  readonly key: string;
}
