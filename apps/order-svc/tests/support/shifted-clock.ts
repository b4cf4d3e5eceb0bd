/** Run before a program: its calendar is CLOCK_SHIFT_MS milliseconds ahead (or behind), as on a machine whose clock is wrong. */
const shiftMs = Number(process.env["CLOCK_SHIFT_MS"]);
const { now } = Date;

globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [now() + shiftMs] : given, newTarget),
  apply: (target) => new target(now() + shiftMs).toString(),
  get: (target, name) => (name === "now" ? () => now() + shiftMs : Reflect.get(target, name)),
});
