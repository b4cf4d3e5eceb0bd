import { fill, intend, release } from "./commands.ts";
import type { Rules } from "./rules.ts";
import { isAnyLost, isEarly, isFinal, type Message, NOW, type Place, type State } from "./state.ts";
import { type Add, acknowledged, slotIn, withSlot } from "./step.ts";

/** What happens to the cache entry without anybody's doing: entries that end, servers that fail, commands that come late. */
export function environmentSteps(state: State, rules: Rules, add: Add): void {
  for (const place of state.old === undefined ? (["current"] as const) : (["current", "old"] as const)) {
    endings(state, place, rules, add);
  }
  failures(state, rules, add);
  state.messages.forEach((message, index) => {
    const left = { ...state, messages: state.messages.filter((_, at) => at !== index) };
    const done = arrive(left, message, rules);
    add({ name: "late command", text: `network: ${textOf(message)} arrives late`, ...done });
  });
  if (state.committed > 0) {
    // Whoever acknowledges an earlier commit releases first; the token is a fresh one, so that it stands nowhere.
    const done = release(state, "current", { token: "replay", offer: undefined }, rules);
    const { committed } = state;
    const text = `replay: RELEASE, and acknowledges version ${committed} again`;
    if (state.old === undefined || !rules.settlingOfReleases) {
      const events = [...done.events, { kind: "acknowledged", version: committed, released: true } as const];
      add({ name: "reassure", text, next: acknowledged(done.state, committed), events });
    }
  }
}

/**
 * Values and leases may end at any time. An intent ends only when its transaction can no longer commit: the server ends the
 * transaction some time before.
 */
function endings(state: State, place: Place, rules: Rules, add: Add): void {
  const slot = slotIn(state, place);
  if (slot?.state === "value" || slot?.state === "lease") {
    const text = slot.state === "value" ? "server: evicts the value" : "server: the lease ends";
    add({ name: `${slot.state} ends`, text, next: withSlot(state, place, undefined), events: [] });
  }
  if (slot?.state !== "writing") return;
  for (const token of slot.deadlines.keys()) {
    const writer = state.writers.find((one) => one.token === token);
    if (rules.intentsOutlive && writer !== undefined && !isFinal(writer)) continue;
    const ended = { ...slot, deadlines: new Map([...slot.deadlines, [token, NOW]]) };
    const next = withSlot(state, place, rules.prune(ended, NOW));
    add({ name: "intent ends", text: `server: the intent of ${token} ends`, next, events: [] });
  }
}

function failures(state: State, rules: Rules, add: Add): void {
  const { left, old } = state;
  if (left.flushes > 0) {
    const next = { ...forget(state, rules), slot: undefined, left: { ...left, flushes: left.flushes - 1 } };
    add({ name: "flush", text: "server: is flushed", next, events: [] });
  }
  if (left.losses > 0 && state.slot?.state === "writing") {
    const next = { ...state, slot: undefined, left: { ...left, losses: left.losses - 1 } };
    add({ name: "loss by hand", text: "somebody: deletes the entry with its intents", next, events: [] });
  }
  if (left.failovers > 0 && old === undefined) {
    const after = { ...left, failovers: left.failovers - 1 };
    const text = "server: changes its role; another namespace begins";
    if (rules.namespaces) {
      const messages = state.messages.map((message) => ({ ...message, place: "old" as const }));
      const forgotten = forget(state, rules);
      // Who waited for an acknowledgement in the namespace that ends releases again.
      const writers = forgotten.writers.map((writer) =>
        writer.life === "released" ? { ...writer, life: "working" as const, repeats: true } : writer,
      );
      const next = { ...forgotten, writers, old: { slot: state.slot }, slot: undefined, messages, left: after };
      add({ name: "failover", text, next, events: [] });
    } else {
      const next = { ...state, slot: state.replica, left: after };
      add({ name: "failover", text: "server: its replica, which lags, takes its place", next, events: [] });
    }
  }
  if (!rules.namespaces && left.failovers > 0 && state.replica !== state.slot) {
    const next = { ...state, replica: state.slot };
    add({ name: "replication", text: "replica: catches up", next, events: [] });
  }
  if (old !== undefined)
    add({ name: "trust ends", text: "readers: notice the new namespace", next: leave(state), events: [] });
  // As long as an intent lives, and then a lease: whoever took an intent before can no longer commit, and whoever read before
  // that can no longer fill.
  if (state.quarantined && !isAnyLost(state) && !(rules.quarantineOfLeases && isEarly(state))) {
    add({
      name: "quarantine ends",
      text: "server: the quarantine ends",
      next: { ...state, quarantined: false },
      events: [],
    });
  }
}

/** A server that has lost everything. */
function forget(state: State, rules: Rules): State {
  const writers = state.writers.map((writer) =>
    writer.intent === "taken" ? { ...writer, intent: "lost with its namespace" as const } : writer,
  );
  return { ...state, writers, quarantined: rules.quarantine };
}

/** Nobody asks the old namespace any more. */
function leave(state: State): State {
  const readers = state.readers.map((reader) => {
    const { flight } = reader;
    if (flight.stage !== "leased" && flight.stage !== "read") return reader;
    return flight.place === "old" ? { ...reader, flight: { ...flight, place: "gone" as const } } : reader;
  });
  return { ...state, old: undefined, readers, messages: state.messages.filter(({ place }) => place === "current") };
}

function arrive(state: State, message: Message, rules: Rules) {
  const { place, token } = message;
  if (message.kind === "intent") return { next: intend(state, place, token, rules), events: [] };
  const done = message.kind === "fill" ? fill(state, place, message, rules) : release(state, place, message, rules);
  return { next: done.state, events: done.events };
}

function textOf(message: Message): string {
  const { kind, token, place } = message;
  const version = message.kind === "fill" ? message.version : message.kind === "release" ? message.offer : undefined;
  const what = version === undefined ? "" : ` with version ${version}`;
  return `${kind.toUpperCase()} of ${token}${what}${place === "old" ? " in the old namespace" : ""}`;
}
