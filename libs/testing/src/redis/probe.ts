import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { parseReply, type RedisReply } from "./reply.ts";

/** Where a server answers, and who it is asked as. */
export interface RedisAccess {
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The certificate to trust, where the server speaks TLS. */
  readonly caFile?: string | undefined;
}

async function open({ port, caFile }: RedisAccess, signal: AbortSignal): Promise<Socket> {
  const host = "127.0.0.1";
  const socket = caFile === undefined ? connect(port, host) : connectTls({ port, host, ca: await readFile(caFile) });
  try {
    await once(socket, caFile === undefined ? "connect" : "secureConnect", { signal });
    return socket;
  } catch (error) {
    socket.on("error", () => undefined).destroy();
    throw error;
  }
}

function encode(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word, "latin1")}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join("")}`;
}

/** The answer to the last of so many commands; the first that is an error is thrown. */
function lastReply(socket: Socket, commands: number, signal: AbortSignal): Promise<RedisReply> {
  const { promise, resolve, reject } = Promise.withResolvers<RedisReply>();
  let answers = "";
  let open = commands;
  const read = (chunk: string): void => {
    answers += chunk;
    for (let parsed = parseReply(answers); parsed !== undefined; parsed = parseReply(answers)) {
      answers = answers.slice(parsed.next);
      open -= 1;
      if (parsed.reply instanceof Error) reject(parsed.reply);
      else if (open === 0) resolve(parsed.reply);
      if (open === 0) return;
    }
  };
  socket.setEncoding("latin1").on("data", read);
  socket.on("error", reject).on("close", () => reject(new Error("Redis closed the connection")));
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}

/**
 * Sends one command on a connection of its own and gives the answer. Characters are bytes (latin1), in both directions.
 *
 * @throws Error with the server's words when it refuses, and when it does not answer within `withinMs`.
 */
export async function runCommand(access: RedisAccess, words: readonly string[], withinMs = 5_000): Promise<RedisReply> {
  const signal = AbortSignal.timeout(withinMs);
  const socket = await open(access, signal);
  try {
    const { user = "default", password } = access;
    const login = password === undefined ? [] : [["AUTH", user, password]];
    const commands = [...login, words];
    const answer = lastReply(socket, commands.length, signal);
    socket.write(commands.map(encode).join(""), "latin1");
    return await answer;
  } finally {
    socket.destroy();
  }
}

/**
 * The process id of the server that answers there, undefined when none does within `withinMs`. An answer alone would not
 * tell whose it is: another server may have taken the port first.
 */
export async function answeringServer(access: RedisAccess, withinMs = 1_000): Promise<number | undefined> {
  const info = await runCommand(access, ["INFO", "server"], withinMs).catch(() => undefined);
  const pid = /^process_id:(\d+)/m.exec(String(info))?.[1];
  return pid === undefined ? undefined : Number(pid);
}
