/** How long a run may take to end by itself after its last test, in milliseconds. */
const GRACE_MS = 5_000;

/** Ends a run that something was left open in, as a failure: Jest by itself warns once, and waits for ever. */
export default class OpenHandles {
  onRunComplete() {
    const tell = () => {
      process.stderr.write(`Jest did not exit: left open are ${process.getActiveResourcesInfo().join(", ")}\n`);
      process.exit(1);
    };
    // It does not keep the process up, so it fires only when something else does.
    setTimeout(tell, GRACE_MS).unref();
  }
}
