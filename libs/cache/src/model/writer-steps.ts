import { intend, release } from "./commands.ts";
import type { Rules } from "./rules.ts";
import { freshWriter, isFinal, type Message, type Place, type State, type Writer } from "./state.ts";
import { type Add, acknowledged, type Event, type Step, withWriter } from "./step.ts";

/**
 * What one writer can do: BEGIN and INTENT (a step, since BEGIN alone shows nobody anything), UPDATE, which waits for the row's
 * lock and draws a version, COMMIT, RELEASE, and the acknowledgement, which is one step with the confirmed release because
 * an earlier one is the stricter. At any point it may roll back, renew its intent, or die; its commands may come late.
 */
export function writerSteps(state: State, index: number, rules: Rules, add: Add): void {
  const writer = state.writers[index];
  if (writer === undefined) return;
  if (writer.tx === "committing") databaseSteps(state, index, writer, add);
  if (writer.life === "working") {
    transactionSteps(state, index, writer, rules, add);
    intentSteps(state, index, writer, rules, add);
    if (isFinal(writer)) releaseSteps(state, index, writer, rules, add);
    deathSteps(state, index, writer, add);
  } else if (writer.life === "released") {
    if (state.old === undefined) add(acknowledgement(state, index, writer));
  } else if (writer.left > 0 && (isFinal(writer) || writer.tx === "none")) {
    const number = Number(writer.token.slice(writer.name.length)) + 1;
    const next = withWriter(state, index, freshWriter(writer.name, number, writer.left - 1));
    add({ name: "next write", text: `${writer.name}: goes on to its next write`, next, events: [] });
  }
}

/** Who has changed the row and not ended holds its lock. */
function isLocked(state: State): boolean {
  return state.writers.some(({ tx }) => tx === "changed" || tx === "committing");
}

function transactionSteps(state: State, index: number, writer: Writer, rules: Rules, add: Add): void {
  const { name, tx, intent } = writer;
  const early = rules.intent === "before the change";
  if (!isLocked(state) && tx === (early ? "open" : "none")) {
    const version = state.drawn + 1;
    const next = withWriter({ ...state, drawn: version }, index, { tx: "changed", version });
    add({ name: "change", text: `${name}: UPDATE, version ${version}`, next, events: [] });
  }
  if (tx === "open" || tx === "changed") {
    const next = withWriter(state, index, { tx: "rolled back", gap: true });
    add({ name: "rollback", text: `${name}: ROLLBACK`, next, events: [] });
  }
  if (tx === "changed" && (intent !== "none" || rules.intent === "after the commit")) {
    const { version } = writer;
    const told = withWriter({ ...state, committed: version }, index, { tx: "committed" });
    if (rules.acknowledge === "after the commit") {
      const next = acknowledged(withWriter(told, index, { acknowledged: true }), version);
      const events: Event[] = [{ kind: "acknowledged", version, released: false }];
      add({ name: "commit", text: `${name}: COMMIT, and acknowledges version ${version}`, next, events });
    } else add({ name: "commit", text: `${name}: COMMIT of version ${version}`, next: told, events: [] });
    const unknown = withWriter(state, index, { tx: "committing", gap: true });
    add({ name: "commit unanswered", text: `${name}: COMMIT, and hears no answer`, next: unknown, events: [] });
    const dead = withWriter(state, index, { tx: "committing", life: "dead" });
    add({ name: "death", text: `${name}: COMMIT, and dies`, next: dead, events: [] });
  }
}

/** The database ends a COMMIT whose answer is lost. */
function databaseSteps(state: State, index: number, { name, version }: Writer, add: Add): void {
  const committed = withWriter({ ...state, committed: version }, index, { tx: "committed" });
  const text = `database: ${name}'s COMMIT of version ${version} is done`;
  add({ name: "commit resolved", text, next: committed, events: [] });
  const undone = withWriter(state, index, { tx: "rolled back" });
  add({ name: "commit resolved", text: `database: ${name}'s COMMIT has failed`, next: undone, events: [] });
}

function intentSteps(state: State, index: number, writer: Writer, rules: Rules, add: Add): void {
  const { name, token, tx } = writer;
  const settled = state.old === undefined || !rules.settling;
  const first = writer.intent === "none";
  const due = {
    "before the change": tx === "none",
    "before the commit": tx === "changed",
    "after the commit": tx === "committed",
  }[rules.intent];
  if (first && due) {
    const change: Partial<Writer> = { intent: "taken", tx: tx === "none" ? "open" : tx };
    if (settled) {
      const next = intend(withWriter(state, index, change), "current", token, rules);
      add({ name: "intent", text: `${name}: INTENT`, next, events: [] });
    }
    if (state.old !== undefined && !rules.checks) {
      const next = intend(withWriter(state, index, change), "old", token, rules);
      add({ name: "intent", text: `${name}: INTENT in the old namespace`, next, events: [] });
    }
    if (state.left.late > 0 && tx !== "committed") {
      const refused = withWriter(state, index, { ...change, tx: "rolled back", gap: true });
      const next = sendLate(refused, { kind: "intent", token, place: "current" });
      add({ name: "intent unanswered", text: `${name}: INTENT, hears no answer, and ROLLBACK`, next, events: [] });
    }
  }
  if (!first && settled && !writer.repeats) {
    const gap = rules.offersAfterRenewal ? writer.gap : true;
    const renewed = withWriter(state, index, { gap, intent: "taken" });
    const next = intend(renewed, "current", token, rules);
    add({ name: "renewal", text: `${name}: renews its intent`, next, events: [] });
    if (state.left.late > 0) {
      const late = sendLate(withWriter(state, index, { gap }), { kind: "intent", token, place: "current" });
      add({
        name: "renewal unanswered",
        text: `${name}: renews its intent, and hears no answer`,
        next: late,
        events: [],
      });
    }
  }
}

function releaseSteps(state: State, index: number, writer: Writer, rules: Rules, add: Add): void {
  const { name, token, tx, version, intent } = writer;
  if (intent === "none") {
    // Nothing was taken, so that there is nothing to release.
    if (tx === "rolled back") {
      add({ name: "release", text: `${name}: is over`, next: withWriter(state, index, { life: "over" }), events: [] });
    }
    return;
  }
  const wanted = tx === "committed" ? !writer.gap : rules.offersAfterRollback && version > 0;
  const mayOffer = wanted && (!writer.repeats || rules.offersAgain);
  for (const offer of mayOffer ? [version, undefined] : [undefined]) {
    const what = offer === undefined ? "RELEASE" : `RELEASE, offering version ${offer}`;
    const command = { token, offer };
    const waits = state.old !== undefined && rules.settlingOfReleases;
    if (waits) {
      const done = release(withWriter(state, index, { life: "released" }), "current", command, rules);
      add({ name: "release unsettled", text: `${name}: ${what}, and waits`, next: done.state, events: done.events });
    } else {
      const done = release(withWriter(state, index, { life: "over" }), "current", command, rules);
      const acknowledges = tx === "committed" && !writer.acknowledged;
      const events: Event[] = [...done.events];
      if (acknowledges) events.push({ kind: "acknowledged", version, released: true });
      const next = acknowledges ? acknowledged(done.state, version) : done.state;
      const text = `${name}: ${what}${acknowledges ? `, and acknowledges version ${version}` : ""}`;
      add({ name: offer === undefined ? "release" : "release with offer", text, next, events });
    }
    if (state.old !== undefined && !rules.checks) {
      const done = release(withWriter(state, index, { life: "over" }), "old", command, rules);
      const told = tx !== "committed" || writer.acknowledged;
      const events: Event[] = told ? [] : [{ kind: "acknowledged", version, released: true }];
      const next = told ? done.state : acknowledged(done.state, version);
      const text = `${name}: ${what} in the old namespace, and acknowledges version ${version}`;
      add({ name: "release", text, next, events: [...done.events, ...events] });
    } else if (state.old !== undefined && !writer.repeats) {
      // Its connection is still the old one: the command takes effect, and the check behind it fails.
      const done = release(withWriter(state, index, { repeats: true }), "old", command, rules);
      const text = `${name}: ${what} in the old namespace, in vain`;
      add({ name: "release in vain", text, next: done.state, events: done.events });
    }
    if (state.left.late > 0) {
      const places: readonly Place[] = state.old === undefined ? ["current"] : ["current", "old"];
      for (const place of places) {
        const late: Message = { kind: "release", place, ...command };
        const next = sendLate(withWriter(state, index, { repeats: true }), late);
        add({ name: "release unanswered", text: `${name}: ${what}, and hears no answer`, next, events: [] });
      }
    }
  }
}

/** The confirmed release of a namespace that readers trust alone by now. */
function acknowledgement(state: State, index: number, { name, tx, version, acknowledged: told }: Writer): Step {
  const over = withWriter(state, index, { life: "over" });
  if (tx !== "committed" || told) return { name: "settled", text: `${name}: is over`, next: over, events: [] };
  const events: Event[] = [{ kind: "acknowledged", version, released: true }];
  return {
    name: "settled",
    text: `${name}: acknowledges version ${version}`,
    next: acknowledged(over, version),
    events,
  };
}

function deathSteps(state: State, index: number, { name, tx }: Writer, add: Add): void {
  if (tx === "none") return;
  const open = tx === "open" || tx === "changed";
  const next = withWriter(state, index, open ? { life: "dead", tx: "rolled back" } : { life: "dead" });
  add({ name: "death", text: `${name}: dies`, next, events: [] });
}

function sendLate(state: State, message: Message): State {
  const left = { ...state.left, late: state.left.late - 1 };
  return { ...state, left, messages: [...state.messages, message] };
}
