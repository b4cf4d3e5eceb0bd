import { fill } from "./commands.ts";
import { mentioned } from "./encode.ts";
import type { Rules } from "./rules.ts";
import { cached, type Flight, isAnyLost, type Place, type Reader, type State } from "./state.ts";
import { type Add, type Event, returned, slotIn, withReader, withSlot } from "./step.ts";

/**
 * What one reader can do, again and again: look up, read the database, fill, and hand the outcome out. It may give up or die
 * at any point, which leaves its lease behind.
 *
 * Steps that could only make a violation harder to see are one: a caller arrives as its lookup takes effect, and hears the
 * outcome at once, unless others may join, for whom there is time in between.
 */
export function readerSteps(state: State, index: number, rules: Rules, add: Add): void {
  const reader = state.readers[index];
  if (reader === undefined) return;
  const { name, flight, joinable } = reader;
  peekStep(state, reader, rules, add);
  switch (flight.stage) {
    case "none":
    case "waiting":
      lookupSteps(state, index, reader, rules, add);
      break;
    case "past": {
      const version = state.committed;
      const outcome = land(state, index, { version, asOf: LOADED });
      add({ name: "read past", text: `${name}: reads version ${version} from the database`, ...outcome });
      break;
    }
    case "leased": {
      const { token, place } = flight;
      const version = state.committed;
      const next = withReader(state, index, { flight: { stage: "read", token, place, version } });
      add({ name: "load", text: `${name}: reads version ${version} from the database`, next, events: [] });
      if (place !== "gone") {
        const given = withSlot(state, place, rules.abandon(slotIn(state, place), token));
        const text = `${name}: fails to read, and gives its lease back`;
        add({ name: "abandon", text, next: withReader(given, index, NOBODY), events: [] });
      }
      break;
    }
    case "read":
      fillSteps(state, index, reader, flight, rules, add);
      break;
    case "landing": {
      const outcome = handOut(state, index, reader, flight, rules);
      add({ name: "land", text: `${name}: hands out version ${flight.version}`, ...outcome });
      break;
    }
  }
  if (flight.stage === "leased" || flight.stage === "read") {
    const next = withReader(state, index, NOBODY);
    add({ name: "reader gives up", text: `${name}: gives up`, next, events: [] });
  }
  if (joinable && flight.stage !== "none" && reader.joiner === undefined) {
    const { acknowledged, returned: seen } = state;
    const joiner = { arrived: ARRIVED[flight.stage], acknowledged, returned: seen };
    const next = withReader(state, index, { joiner });
    add({ name: "join", text: `${name}: another caller joins`, next, events: [] });
  }
}

/** A hit that waits for nothing, of any caller of the process, whatever its reads that are under way have come to. */
function peekStep(state: State, { name, known }: Reader, rules: Rules, add: Add): void {
  const version = known ?? rules.peek(state.slot)?.bytes[0];
  if (version === undefined) return;
  const { acknowledged, returned: seen } = state;
  const events: readonly Event[] = [{ kind: "read", version, acknowledged, returned: seen }];
  add({ name: "peek", text: `${name}: holds version ${version}`, next: returned(state, version), events });
}

/** The moments of one read, in their order, and those at which callers arrive in between. */
const LOOKED = 1;
const LOADED = 3;
const FILLED = 5;
const ARRIVED = { waiting: 0, leased: 2, past: 2, read: 4, landing: 6 } as const;

const NOBODY: Partial<Reader> = { flight: { stage: "none" }, joiner: undefined };

interface Outcome {
  readonly version: number;
  readonly asOf: number;
}

interface Landed {
  readonly next: State;
  readonly events: readonly Event[];
}

function lookupSteps(state: State, index: number, reader: Reader, rules: Rules, add: Add): void {
  const { name, joinable } = reader;
  const places: readonly Place[] = state.old === undefined ? ["current"] : ["current", "old"];
  for (const place of places) {
    const there = place === "old" ? " in the old namespace" : "";
    const before = slotIn(state, place);
    const token = freshToken(state, name);
    const slot = rules.look(before, token);
    const version = cached(slot);
    if (version !== undefined) {
      const found = rules.peeksAsk ? state : withReader(state, index, { known: version });
      const outcome = land(found, index, { version, asOf: LOOKED });
      add({ name: "hit", text: `${name}: finds version ${version}${there}`, ...outcome });
    } else if (slot !== before) {
      const flight: Flight = { stage: "leased", token, place };
      const early = place === "current" && state.quarantined && isAnyLost(state) ? token : state.early;
      const next = withReader({ ...withSlot(state, place, slot), early }, index, { flight });
      add({ name: "miss", text: `${name}: finds nothing${there}, takes the lease`, next, events: [] });
    } else if (joinable && slot.state === "lease" && reader.flight.stage === "none") {
      const next = withReader(state, index, { flight: { stage: "waiting" } });
      add({ name: "wait", text: `${name}: finds another's lease${there}, waits`, next, events: [] });
    }
  }
  // Whatever it finds, and also when it finds nothing out, a reader may read past the cache.
  if (joinable) {
    const next = withReader(state, index, { flight: { stage: "past" } });
    add({ name: "bypass", text: `${name}: goes past the cache`, next, events: [] });
  } else {
    const version = state.committed;
    const outcome = land(state, index, { version, asOf: LOADED });
    add({ name: "read past", text: `${name}: reads version ${version} past the cache`, ...outcome });
  }
}

function fillSteps(
  state: State,
  index: number,
  reader: Reader,
  flight: Extract<Flight, { stage: "read" }>,
  rules: Rules,
  add: Add,
): void {
  const { name } = reader;
  const { token, place, version } = flight;
  const ended = (after: State, filled: boolean, events: readonly Event[]): Landed => {
    const asOf = rules.filledAsOf(filled, FILLED, LOADED);
    const landed = land(after, index, { version, asOf });
    return { next: landed.next, events: [...events, ...landed.events] };
  };
  if (place === "gone") {
    add({ name: "fill", text: `${name}: has nowhere to FILL version ${version}`, ...ended(state, false, []) });
    return;
  }
  const done = fill(state, place, { token, version }, rules);
  const what = done.filled ? "FILL" : "FILL, refused,";
  add({
    name: "fill",
    text: `${name}: ${what} with version ${version}`,
    ...ended(done.state, done.filled, done.events),
  });
  if (state.left.late > 0) {
    const left = { ...state.left, late: state.left.late - 1 };
    const sent: State = { ...state, left, messages: [...state.messages, { kind: "fill", token, place, version }] };
    const text = `${name}: FILL with version ${version}, and hears no answer`;
    add({ name: "fill unanswered", text, ...ended(sent, false, []) });
  }
}

function land(state: State, index: number, outcome: Outcome): Landed {
  const { version, asOf } = outcome;
  const { acknowledged, returned: seen } = state;
  // The caller that looked came just before; what is loaded after that is newer than what it must not miss.
  const events: Event[] = asOf === LOOKED ? [{ kind: "read", version, acknowledged, returned: seen }] : [];
  if (state.readers[index]?.joinable)
    return { next: withReader(state, index, { flight: { stage: "landing", ...outcome } }), events };
  return { next: withReader(returned(state, version), index, NOBODY), events };
}

function handOut(state: State, index: number, { joiner }: Reader, outcome: Outcome, rules: Rules): Landed {
  const { version, asOf } = outcome;
  const events: Event[] = [];
  if (joiner !== undefined && rules.mayShare(asOf, joiner.arrived)) {
    events.push({ kind: "read", version, acknowledged: joiner.acknowledged, returned: joiner.returned });
  }
  return { next: withReader(returned(state, version), index, NOBODY), events };
}

/** Tokens are never used twice; one that stands nowhere any more is as good as new. */
function freshToken(state: State, name: string): string {
  const taken = mentioned(state);
  let number = 1;
  while (taken.has(`${name}${number}`)) number += 1;
  return `${name}${number}`;
}
