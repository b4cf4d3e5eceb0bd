import { once } from "node:events";
import { connect } from "node:net";

/**
 * The process id of the server that answers on this port of 127.0.0.1, undefined when none does within `withinMs`. An
 * answer alone would not tell whose it is: another server may have taken the port first.
 */
export async function answeringServer(port: number, withinMs = 1_000): Promise<number | undefined> {
  const socket = connect(port, "127.0.0.1");
  try {
    const signal = AbortSignal.timeout(withinMs);
    await once(socket, "connect", { signal });
    socket.write("INFO server\r\n");
    let answer = "";
    while (!answer.endsWith("\r\n")) answer += String((await once(socket, "data", { signal }))[0]);
    const pid = /^process_id:(\d+)/m.exec(answer)?.[1];
    return pid === undefined ? undefined : Number(pid);
  } catch {
    return undefined;
  } finally {
    socket.on("error", () => undefined).destroy();
  }
}
