import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

// Below the ports that systems hand out by themselves (from 32768 on Linux, from 49152 elsewhere): a program that is
// stopped and started again finds its port still free, however many connections were made meanwhile.
const FIRST = 20_000;
const LAST = 32_767;
const TRIES = 100;

/**
 * A TCP port of 127.0.0.1 that nothing listens on at this moment. Another process may take it before the caller does:
 * whoever can listen on port 0 itself should do that instead.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port)) return port;
  }
  throw new Error(`of ${TRIES} ports between ${FIRST} and ${LAST} none is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, "listening");
  server.listen(port, "127.0.0.1");
  try {
    await listening;
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}
