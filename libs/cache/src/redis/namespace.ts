import { createHash } from "node:crypto";
import type { ServerInfo } from "./server-info.ts";

/** Changes when the form of keys or entries does, so that instances of both forms do not read each other's. */
const FORMAT = 1;

/** Where a connection's entries live. */
export interface Namespace {
  /** In front of every key. */
  readonly prefix: string;
  /** The key that holds since when, and for which timeline, the server is in use for this database. */
  readonly guard: string;
  /** The part of the database's identity that changes with a failover or a restore. */
  readonly timeline: string;
}

/**
 * The namespace of a server's one life in one role, for one database. A server that restarts, changes its role or is
 * replaced gets a new one, and so does a database that is restored: what they held before is out of reach. `identity` is
 * cut at its last colon into database and timeline; the guard is common to the timelines of a database.
 */
export function namespaceOf(server: Pick<ServerInfo, "runId" | "replId">, identity: string): Namespace {
  const colon = identity.lastIndexOf(":");
  const database = colon < 0 ? identity : identity.slice(0, colon);
  const timeline = colon < 0 ? "" : identity.slice(colon + 1);
  const life = [FORMAT, server.runId, server.replId, database].join("\n");
  return {
    prefix: `skyport:${digest(`${life}\n${timeline}`)}:`,
    guard: `skyport:guard:${digest(life)}`,
    timeline,
  };
}

/** 96 bits: short keys, and no two alike. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}
