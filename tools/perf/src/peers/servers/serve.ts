/** One peer as a program: `node serve.ts NAME`. Tells its parent the port on 127.0.0.1 that it listens on. */
import type { Listening } from "./listening.ts";
import { isServerName, SERVERS } from "./servers.ts";

const name = process.argv[2] ?? "";
if (!isServerName(name)) throw new RangeError(`no peer is called "${name}"`);
const port = await SERVERS[name]();
const listening: Listening = { kind: "listening", port };
process.send?.(listening);
