import type { Slot } from "../protocol/slot.ts";
import { cached, isEarly, isFinal, type Message, type Reader, type State, type Writer } from "./state.ts";

/**
 * A text that two states share exactly when they differ only in names: of processes that are in the same position, and of
 * tokens, of which all that counts is where else they stand. So each process is written down with its token's places
 * instead of the token, and processes are sorted.
 */
export function encode(state: State): string {
  const { left } = state;
  const held: string[] = [];
  const mentions = (token: string): string => {
    held.push(token);
    return placesOf(state, token);
  };
  const writers = state.writers.map((writer) => writerText(writer) + mentions(writer.token)).sort();
  const readers = state.readers.map((reader) => readerText(reader, mentions)).sort();
  const orphans = [...mentioned(state)].filter((token) => !held.includes(token)).map((token) => placesOf(state, token));
  return [
    slotText(state.slot),
    state.old === undefined ? "" : slotText(state.old.slot),
    slotText(state.replica),
    `${state.quarantined ? "q" : ""}${isEarly(state) ? "e" : ""}${state.committed},${state.drawn},${state.acknowledged},${state.returned}`,
    `${left.late}${left.flushes}${left.failovers}${left.losses}`,
    ...writers,
    ...readers,
    ...orphans.sort(),
  ].join("/");
}

/** Without tokens: they are told by whoever holds them. */
function slotText(slot: Slot): string {
  if (slot === undefined) return "-";
  if (slot.state === "lease") return "L";
  return slot.state === "value" ? `V${cached(slot)}` : `W${slot.contended ? 1 : 0}`;
}

const TX = { none: "n", open: "o", changed: "c", committing: "i", committed: "C", "rolled back": "r" } as const;
const INTENT = { none: "n", taken: "t", "lost with its namespace": "l" } as const;

function writerText(writer: Writer): string {
  // Of a write that is over nothing counts but what is left of its token, and what its writer does next.
  if (writer.life !== "working" && writer.life !== "released" && isFinal(writer)) return `x${writer.left}`;
  const { gap, repeats, acknowledged, overlapped } = writer;
  const flags = (gap ? 1 : 0) + (repeats ? 2 : 0) + (acknowledged ? 4 : 0) + (overlapped ? 8 : 0);
  return `${TX[writer.tx]}${writer.version}${writer.life[0]}${INTENT[writer.intent]}${flags},${writer.left}`;
}

function readerText({ flight, joiner, joinable, known }: Reader, mentions: (token: string) => string): string {
  let text = (joinable ? "J" : "R") + flight.stage;
  if ("version" in flight) text += flight.version;
  if ("asOf" in flight) text += `@${flight.asOf}`;
  if ("token" in flight) text += flight.place + mentions(flight.token);
  if (known !== undefined) text += `k${known}`;
  if (joiner !== undefined) text += `j${joiner.arrived},${joiner.acknowledged},${joiner.returned}`;
  return text;
}

/** Where a token stands: in the slots, and in messages. */
function placesOf(state: State, token: string): string {
  let places = ":";
  if (holds(state.slot, token)) places += "s";
  if (state.old !== undefined && holds(state.old.slot, token)) places += "o";
  if (holds(state.replica, token)) places += "r";
  if (state.messages.length === 0) return places;
  const messages = state.messages.filter((message) => message.token === token).map(messageText);
  return messages.length === 0 ? places : places + messages.sort().join("");
}

function holds(slot: Slot, token: string): boolean {
  if (slot?.state === "lease") return slot.token === token;
  return slot?.state === "writing" && slot.deadlines.has(token);
}

function messageText(message: Message): string {
  const carried = message.kind === "fill" ? message.version : message.kind === "release" ? message.offer : "";
  return `${message.kind[0]}${message.place[0]}${carried ?? "-"}`;
}

/** Every token that stands anywhere but with its process. */
export function mentioned(state: State): Set<string> {
  const tokens = new Set<string>();
  for (const slot of [state.slot, state.old?.slot, state.replica]) {
    if (slot?.state === "lease") tokens.add(slot.token);
    if (slot?.state === "writing") for (const token of slot.deadlines.keys()) tokens.add(token);
  }
  for (const { token } of state.messages) tokens.add(token);
  return tokens;
}
