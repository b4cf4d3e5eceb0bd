import { once } from "node:events";
import { connect } from "node:net";

/** One message of PostgreSQL's protocol: its letter, its length, its body. The first message has no letter. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type, "latin1"), length, body]);
}

const text = (...values: readonly string[]): Buffer => Buffer.from(`${values.join("\0")}\0`);

function startup(user: string, database: string): Buffer {
  const version = Buffer.from([0, 3, 0, 0]);
  return message("", Buffer.concat([version, text("user", user, "database", database, "")]));
}

/** The values of a data row; a null is undefined. */
function row(body: Buffer): readonly (string | undefined)[] {
  const values: (string | undefined)[] = [];
  let at = 2;
  for (let left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    values.push(length < 0 ? undefined : body.toString("utf8", at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return values;
}

/** The human part of an error message: `M` among its fields. */
function errorMessage(body: Buffer): string {
  const fields = body.toString("utf8").split("\0");
  return fields.find((field) => field.startsWith("M"))?.slice(1) ?? "unknown error";
}

/**
 * Runs statements one after the other on one connection (simple query protocol), each in a transaction of its own, and
 * gives the rows of the last. It serves a test server's own chores, so that this package needs no driver: only libs/db
 * imports one. Servers that ask for anything but a clear-text password are refused.
 *
 * @throws Error with the server's message, or when the connection fails.
 */
export async function runSql(
  url: string,
  ...statements: readonly [string, ...string[]]
): Promise<readonly (readonly (string | undefined)[])[]> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const waiting = [...statements];
  let rows: (readonly (string | undefined)[])[] = [];
  let failure: Error | undefined;
  let done = false;
  let buffered = Buffer.alloc(0);

  function handle(type: string, body: Buffer): void {
    if (type === "R" && body.readInt32BE(0) === 3) socket.write(message("p", text(decodeURIComponent(password))));
    else if (type === "R" && body.readInt32BE(0) !== 0) socket.destroy(new Error("unsupported authentication"));
    else if (type === "E") failure = new Error(errorMessage(body));
    else if (type === "D") rows.push(row(body));
    else if (type === "Z") {
      const next = failure === undefined ? waiting.shift() : undefined;
      if (next === undefined) {
        done = true;
        socket.end(message("X", Buffer.alloc(0)));
        return;
      }
      rows = [];
      socket.write(message("Q", text(next)));
    }
  }

  socket.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 5 && buffered.length > buffered.readInt32BE(1)) {
      const size = buffered.readInt32BE(1) + 1;
      handle(buffered.toString("latin1", 0, 1), buffered.subarray(5, size));
      buffered = buffered.subarray(size);
    }
  });
  socket.write(startup(decodeURIComponent(username), decodeURIComponent(pathname.slice(1))));
  await once(socket, "close");
  if (failure !== undefined) throw failure;
  if (!done) throw new Error("PostgreSQL closed the connection");
  return rows;
}
