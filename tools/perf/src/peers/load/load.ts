/** What is asked for again and again. */
export interface Subject {
  readonly protocol: "http" | "grpc";
  readonly port: number;
  /** In turns, at least one. HTTP/1.1: whole requests. gRPC: messages of one length, framed. */
  readonly requests: readonly Uint8Array[];
  /** What each answer must be, byte by byte: HTTP/1.1's body, gRPC's message, framed. Undefined: it differs. */
  readonly answer: Uint8Array | undefined;
  /** gRPC: the path of the method. */
  readonly path: string;
}

/** Asks a generator for load: a closed loop, in which each connection sends a request as soon as its last is answered. */
export interface LoadOrder {
  readonly kind: "load";
  readonly subject: Subject;
  /** HTTP/1.1 connections, or HTTP/2 sessions. */
  readonly connections: number;
  /** Requests at a time on one of them: 1 for HTTP/1.1. */
  readonly perConnection: number;
  /** 0: only the requests that are sent at the start. */
  readonly seconds: number;
}

/** What a generator has seen. */
export interface LoadResult {
  readonly kind: "loaded";
  /** Answers that were as expected. */
  readonly answers: number;
  /** All others. */
  readonly failures: number;
  /** What the first of those was like. */
  readonly firstFailure: string | undefined;
  readonly seconds: number;
  /** What the generator itself has used: near 1 core it is what is measured. */
  readonly cpuMicros: number;
  /** Of a closed loop: how long a caller waits at this rate, and no more than that. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One connection of a generator. */
export interface Connection {
  /** Sends its first requests. */
  start(): void;
  /** Sends no more. Resolves when what was sent is answered. */
  stop(): Promise<void>;
  close(): void;
}

/** Requests in turns, for all connections of a generator together. */
export class Turns {
  readonly #requests: readonly Uint8Array[];
  #next = 0;

  constructor({ requests }: Subject) {
    this.#requests = requests;
  }

  /** @throws RangeError when there is none */
  next(): Uint8Array {
    const request = this.#requests[this.#next];
    if (request === undefined) throw new RangeError("there is nothing to ask for");
    this.#next = (this.#next + 1) % this.#requests.length;
    return request;
  }
}

/** What connections tell of each request. */
export interface Sink {
  answered(sentAt: number): void;
  failed(why: string): void;
}
