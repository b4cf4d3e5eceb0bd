import type { Message } from "@bufbuild/protobuf";
import type { Interceptor, StreamRequest } from "@connectrpc/connect";
import type { CallRun } from "../steps/call-run.ts";

type Next = ReturnType<Interceptor>;

/** A streaming call's middle: each message that comes in passes the steps, each error that goes out is mapped. */
export async function runStream(run: CallRun, request: StreamRequest, next: Next): ReturnType<Next> {
  run.stream();
  try {
    const response = await next({ ...request, message: incoming(run, request.message) });
    if (!response.stream) return response;
    return { ...response, message: outgoing(run, response.message) };
  } catch (error) {
    throw run.fail(error, "call");
  }
}

async function* incoming<M extends Message>(run: CallRun, messages: AsyncIterable<M>): AsyncGenerator<M> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await next(run, iterator);
      if (result.done === true) return;
      await run.receive(result.value);
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** A message that cannot be read or decoded is told apart from what the handler throws. */
async function next<M>(run: CallRun, iterator: AsyncIterator<M>): Promise<IteratorResult<M>> {
  try {
    return await iterator.next();
  } catch (error) {
    throw run.fail(error, "request");
  }
}

async function* outgoing<M>(run: CallRun, messages: AsyncIterable<M>): AsyncGenerator<M> {
  const iterator = messages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await run.call.deadline.race(iterator.next());
      if (result.done === true) return;
      yield result.value;
    }
  } catch (error) {
    throw run.fail(error, "call");
  } finally {
    // A handler that is still busy ends in its own time; the caller does not wait for it.
    iterator.return?.()?.catch(() => undefined);
  }
}
