import { connect as connectHttp2 } from "node:http2";
import { describe, expect, test } from "@jest/globals";
import { converse, hasResponses } from "./support/differential/conversation.ts";
import { PROBE, plainBytes, plainRequest } from "./support/differential/corpus/plain-request.ts";
import { converseGrpc, type GrpcConversation, type GrpcStream } from "./support/differential/grpc-conversation.ts";
import { normalise } from "./support/differential/normalise.ts";
import { startTwins, type Twin, type TwinOptions } from "./support/differential/twins.ts";
import { envelope } from "./support/post.ts";
import { closeOf } from "./support/raw.ts";

/** What a conversation shows that needs a server of its own: its end, or limits that others would meet. */
async function onBoth(options: TwinOptions, script: (twin: Twin) => Promise<readonly string[]>): Promise<void> {
  await using twins = await startTwins({ marked: true, ...options });
  const [stock, fast] = await Promise.all([script(twins.stock), script(twins.fast)]);
  const inside = async ({ server, recorder }: Twin): Promise<readonly string[]> => {
    // All lines are written when the server has closed.
    await server.close();
    await recorder.until(recorder.quiet);
    return LABELS.flatMap((label) => [...recorder.events(label), ...recorder.log(`r-${label}`)]);
  };
  expect(fast.map(normalise)).toEqual(stock.map(normalise));
  expect(await inside(twins.fast)).toEqual(await inside(twins.stock));
  expect(twins.fast.recorder.strays()).toEqual(twins.stock.recorder.strays());
}

const LABELS = ["c900001", "c900002", "c900003"] as const;
const [FIRST, SECOND, THIRD] = LABELS;

const ran = ({ recorder }: Twin, label: string): Promise<void> =>
  recorder.until(() => recorder.events(label).includes("ran"));

describe("shutdown", () => {
  test.each(["slower.ok", "watch.slower.ok", "slower.bug", "slower.watch.late.ok"])(
    "a call that runs is finished, and its answer says close: %s",
    (words) =>
      onBoth({}, async (twin) => {
        const wire = await converse(twin.port, async (c) => {
          await c.write(plainBytes(FIRST, words));
          await ran(twin, FIRST);
          void twin.server.close();
        });
        return [wire.text, wire.end];
      }),
  );

  test.each(["never", "hang", "watch.never", "watch.heed.ok", "heed.missing", "inspect.watch.late.hang"])(
    "a call that outlives the grace period is cut off: %s",
    (words) =>
      onBoth({ graceMs: 30 }, async (twin) => {
        const wire = await converse(twin.port, async (c) => {
          await c.write(plainBytes(FIRST, words));
          await ran(twin, FIRST);
          void twin.server.close();
        });
        return [wire.text, wire.end];
      }),
  );

  test("a body that has not come by the end of the grace period", () =>
    onBoth({ graceMs: 30 }, async (twin) => {
      const wire = await converse(twin.port, async (c) => {
        await c.write(plainRequest(FIRST, "ok", { headers: "X-Mark: 1\r\n" }).head);
        await twin.recorder.until(() => twin.recorder.events(`r-${FIRST}`).includes("entered"));
        void twin.server.close();
      });
      return [wire.text, wire.end];
    }));

  test("a body that comes while the server closes is answered", () =>
    onBoth({ graceMs: 5_000 }, async (twin) => {
      const { head, body } = plainRequest(FIRST, "ok", { headers: "X-Mark: 1\r\n" });
      const wire = await converse(twin.port, async (c) => {
        await c.write(head);
        await twin.recorder.until(() => twin.recorder.events(`r-${FIRST}`).includes("entered"));
        void twin.server.close();
        await c.write(body);
      });
      return [wire.text, wire.end];
    }));

  test("requests that wait behind one that runs", () =>
    onBoth({}, async (twin) => {
      const wire = await converse(twin.port, async (c) => {
        await c.write(Buffer.concat([plainBytes(FIRST, "slower.ok"), plainBytes(SECOND, "ok"), Buffer.from(PROBE)]));
        await ran(twin, FIRST);
        void twin.server.close();
      });
      return [wire.text, wire.end];
    }));
});

describe("limits", () => {
  test("a call above the limit of those that run is refused, also while a handler goes on after its answer", () =>
    onBoth({ limits: { maxInFlight: 1 } }, async (twin) => {
      const slow = converse(twin.port, async (c) => {
        await c.write(plainBytes(FIRST, "slower.slower.slower.ok", { headers: "Connect-Timeout-Ms: 60\r\n" }));
        await c.until((text) => hasResponses(text, 1));
        await c.write(PROBE);
      });
      await ran(twin, FIRST);
      const refused = await converse(twin.port, (c) => c.write(plainBytes(SECOND, "ok") + PROBE));
      const late = await slow;
      const still = await converse(twin.port, (c) => c.write(plainBytes(SECOND, "ok") + PROBE));
      return [refused.text, late.text, still.text];
    }));

  test("a call whose caller left still counts, until its handler has finished", () =>
    onBoth({ limits: { maxInFlight: 1 } }, async (twin) => {
      await converse(twin.port, async (c) => {
        await c.write(plainBytes(FIRST, "slower.slower.ok"));
        await ran(twin, FIRST);
        c.socket.resetAndDestroy();
      });
      const refused = await converse(twin.port, (c) => c.write(plainBytes(SECOND, "ok") + PROBE));
      // Whether a place is free again shows by an answer.
      let text = "";
      while (!text.includes('"product"')) {
        text = (await converse(twin.port, (c) => c.write(plainBytes(THIRD, "ok", { requestId: "-" }) + PROBE))).text;
      }
      return [refused.text, text];
    }));

  test("a body that takes longer than a request may is 408", () =>
    onBoth({ limits: { requestTimeoutMs: 150, headersTimeoutMs: 100, connectionsCheckMs: 20 } }, async (twin) => {
      const wire = await converse(twin.port, (c) => c.write(plainRequest(FIRST, "ok").head));
      return [wire.text, wire.end];
    }));

  test("an idle connection is closed after an answer", () =>
    onBoth({ limits: { keepAliveTimeoutMs: 50, connectionsCheckMs: 20 } }, async (twin) => {
      const wire = await converse(twin.port, (c) => c.write(plainBytes(FIRST, "ok")));
      return [wire.text, wire.end];
    }));

  test("a handler slower than the idle time keeps its connection", () =>
    onBoth({ limits: { keepAliveTimeoutMs: 20, connectionsCheckMs: 10 } }, async (twin) => {
      const wire = await converse(twin.port, (c) => c.write(plainBytes(FIRST, "slower.slower.ok")));
      return [wire.text, wire.end];
    }));

  test("the default deadline, where the caller names none", () =>
    onBoth({ limits: { defaultTimeoutMs: 40 } }, async (twin) => {
      const stuck = await converse(twin.port, (c) => c.write(plainBytes(FIRST, "call.never") + PROBE));
      const body = await converse(twin.port, (c) => c.write(plainRequest(SECOND, "ok").head));
      return [stuck.text, body.text, body.end];
    }));
});

test.each(["ok", "inspect.tick.ok", "missing", "bug", "hdr.trl.ok", "wide", "badutf"])(
  "Connect over HTTP/2: %s",
  (words) =>
    onBoth({}, async (twin) => {
      const session = connectHttp2(`http://127.0.0.1:${twin.port}`);
      const stream = session.request({
        ":method": "POST",
        ":path": "/skyport.product.v1.ProductService/GetProduct",
        ":authority": "a.example",
        "content-type": "application/json",
        "x-request-id": `r-${FIRST}`,
      });
      const seen: string[] = [];
      stream.on("response", (headers) => {
        const { date: _, ...others } = headers;
        seen.push(JSON.stringify(others));
      });
      stream.on("data", (chunk: Buffer) => seen.push(chunk.toString("latin1")));
      stream.end(JSON.stringify({ id: `${FIRST}.${words}` }));
      await closeOf(stream);
      session.close();
      return seen;
    }),
);

describe("gRPC", () => {
  const call = ({ open }: GrpcConversation, label: string, words: string, headers = {}): GrpcStream => {
    const id = Buffer.from(`${label}.${words}`);
    const made = open({
      ":path": "/skyport.product.v1.ProductService/GetProduct",
      ":authority": "a.example",
      "content-type": "application/grpc",
      "x-request-id": `r-${label}`,
      ...headers,
    });
    made.stream.end(envelope(Buffer.concat([Buffer.from([10, id.length]), id])));
    return made;
  };

  test.each(["slower.ok", "watch.slower.ok", "slower.bug", "slower.watch.late.ok"])(
    "a call that runs is finished while the server closes: %s",
    (words) =>
      onBoth({}, async (twin) => {
        const { text, end } = await converseGrpc(twin.port, {
          async run(c) {
            const { closed } = call(c, FIRST, words);
            await ran(twin, FIRST);
            void twin.server.close();
            await closed;
            await closeOf(c.session);
          },
        });
        return [text, end];
      }),
  );

  test.each(["never", "hang", "watch.never", "watch.heed.ok", "heed.missing"])(
    "a call that outlives the grace period is cut off: %s",
    (words) =>
      onBoth({ graceMs: 30 }, async (twin) => {
        const { text, end } = await converseGrpc(twin.port, {
          async run(c) {
            call(c, FIRST, words);
            await ran(twin, FIRST);
            void twin.server.close();
          },
        });
        return [text, end];
      }),
  );

  test("a call above the limit of those that run is refused, also while a handler goes on after its answer", () =>
    onBoth({ limits: { maxInFlight: 1 } }, async (twin) => {
      const { text } = await converseGrpc(twin.port, {
        async run(c) {
          const slow = call(c, FIRST, "slower.slower.slower.ok", { "grpc-timeout": "60m" });
          await ran(twin, FIRST);
          await call(c, SECOND, "ok").closed;
          await slow.closed;
          await call(c, SECOND, "ok").closed;
        },
      });
      return [text];
    }));

  test("the default deadline, where the caller names none", () =>
    onBoth({ limits: { defaultTimeoutMs: 40 } }, async (twin) => {
      const { text } = await converseGrpc(twin.port, { run: async (c) => call(c, FIRST, "call.never").closed });
      return [text];
    }));

  test("an idle connection is closed after an answer, one with a slow call is not", () =>
    onBoth({ limits: { idleSessionTimeoutMs: 200 } }, async (twin) => {
      const { text } = await converseGrpc(twin.port, {
        async run(c) {
          const gone = closeOf(c.session);
          await call(c, FIRST, "slower.slower.slower.slower.slower.ok").closed;
          await gone;
        },
      });
      return [text];
    }));
});
