import { parseArgs } from "node:util";
import { exchange, type Format, PATH } from "./bench/answers.ts";
import { openLoad } from "./bench/load.ts";
import { measureInTurn, table } from "./bench/rounds.ts";
import type { Case } from "./bench/subject.ts";

/*
 * What a unary Connect call over HTTP/1.1 costs on the whole server, beside a raw node:http server that reads the body
 * and answers the same bytes.
 *
 *   node scripts/bench-unary.ts                              about a minute
 *   node scripts/bench-unary.ts --only json --rounds 9 --ms 1000
 *
 * Each server has a process of its own; all of them run through, and are asked in turn. Ratios are taken round by round to
 * the raw server of the same format. "raw, again" is the noise: no difference below its own says anything.
 */

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { rounds: text, ms: text, only: text, connections: text, match: text } });
const rounds = Number(values.rounds ?? 5);
const ms = Number(values.ms ?? 800);
const connections = Number(values.connections ?? 32);

interface UnaryCase extends Case {
  readonly format: Format;
}

function unaryCase(format: Format, name: string, ...args: string[]): UnaryCase {
  const { type, request } = exchange(format);
  const head = (port: number): string =>
    `POST ${PATH} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: ${type}\r\n`;
  return {
    name: `${format}: ${name}`,
    format,
    server: ["server.ts", ...args],
    connect: (port) => openLoad(port, head(port), request, connections),
  };
}

const cases = (["json", "binary"] as const).flatMap((format) => [
  unaryCase(format, "raw node:http", "raw", format),
  unaryCase(format, "raw, again", "raw", format),
  unaryCase(format, "shared", "rpc", "fast", "shared", "warn"),
  unaryCase(format, "shared, a log line a call", "rpc", "fast", "shared", "info"),
  unaryCase(format, "encoded anew", "rpc", "fast", "anew", "warn"),
  unaryCase(format, "stock", "rpc", "stock", "shared", "warn"),
]);
const wanted = cases.filter(
  ({ name, format }) =>
    (values.only === undefined || format === values.only) &&
    (values.match === undefined || name.includes("raw node:http") || name.includes(values.match)),
);

const measured = await measureInTurn(wanted, { rounds, ms });
process.stdout.write(`Node ${process.version}, ${rounds} rounds of ${ms} ms, ${connections} connections\n\n`);
process.stdout.write(table(measured, ({ format }) => `${format}: raw node:http`));
