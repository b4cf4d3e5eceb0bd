import { timestampMs } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type Order, OrderState, OrderView } from "@skyport/proto";
import { failureOf } from "../support/failure.ts";
import { type Filter, idsOf, lister, micros, type Request, timeOf, timestamp } from "../support/lists.ts";
import { orderIn } from "../support/order-server.ts";
import type { System } from "../support/system.ts";

/** ListOrders. */
export function listing(system: () => System): void {
  const { list, walk, ordered } = lister(system);

  describe("a list of orders", () => {
    /** Orders of this block, oldest first, as they are stored. */
    let all: Order[];
    let [a, b]: [string, string] = ["", ""];
    let since: Filter = {};

    beforeAll(async () => {
      const { product, order } = system();
      [a, b] = [await product.add({ inStock: 1_000 }), await product.add({ inStock: 1_000 })];
      all = [];
      for (let index = 0; index < 12; index++) {
        const made = await ordered(...(index % 3 === 0 ? [a] : index % 3 === 1 ? [b] : [a, b]));
        all.push(index % 4 === 1 ? orderIn(await order.orders.cancelOrder({ id: made.id })) : made);
      }
      since = { createTimeAfter: timeOf(all[0]) };
    });

    test("is newest first, unless asked for otherwise", async () => {
      expect(idsOf(await walk({ filter: since }))).toEqual(idsOf(all).toReversed());
      expect(idsOf(await walk({ filter: since, orderBy: "create_time desc" }))).toEqual(idsOf(all).toReversed());
      expect(idsOf(await walk({ filter: since, orderBy: "create_time" }))).toEqual(idsOf(all));
    });

    test("holds orders as they were stored, in BASIC view", async () => {
      expect(await walk({ filter: since, orderBy: "create_time" })).toEqual(all);
    });

    test("holds exactly what every filter and combination of them asks for, in pages of any size", async () => {
      const bounds = [undefined, all[3], all[8]];
      const states = [OrderState.UNSPECIFIED, OrderState.PENDING, OrderState.CONFIRMED, OrderState.CANCELLED];
      const combinations = states.flatMap((state) =>
        ["", a, b, "nothing"].flatMap((productId) =>
          bounds.flatMap((after) => bounds.flatMap((before) => [{ state, productId, after, before }])),
        ),
      );
      for (const [index, { state, productId, after, before }] of combinations.entries()) {
        const expected = all.filter(
          (order) =>
            (state === OrderState.UNSPECIFIED || order.state === state) &&
            (productId === "" || order.lineItems.some((item) => item.productId === productId)) &&
            (after === undefined || micros(order) >= micros(after)) &&
            (before === undefined || micros(order) < micros(before)),
        );
        const filter: Filter = {
          state,
          productId,
          createTimeAfter: timeOf(after ?? all[0]),
          ...(before && { createTimeBefore: timeOf(before) }),
        };
        const orderBy = index % 2 === 0 ? "create_time" : "create_time desc";
        const found = await walk({ filter, orderBy, pageSize: [1, 2, 5, 1_000][index % 4] ?? 1 });
        expect({ filter, ids: idsOf(found) }).toEqual({
          filter,
          ids: orderBy === "create_time" ? idsOf(expected) : idsOf(expected).toReversed(),
        });
      }
    });

    test("begins at create_time_after and ends before create_time_before, to the microsecond", async () => {
      const middle = all[5];
      if (middle === undefined) throw new Error("no order in the middle");
      const at = micros(middle);
      const within = async (filter: Filter): Promise<boolean> =>
        idsOf(await walk({ filter: { ...since, ...filter } })).includes(middle.id);
      expect(await within({ createTimeAfter: timestamp(at) })).toBe(true);
      expect(await within({ createTimeAfter: timestamp(at, 1) })).toBe(false);
      expect(await within({ createTimeAfter: timestamp(at - 1n, 999) })).toBe(true);
      expect(await within({ createTimeBefore: timestamp(at) })).toBe(false);
      expect(await within({ createTimeBefore: timestamp(at, 1) })).toBe(true);
      expect(await within({ createTimeBefore: timestamp(at - 1n, 999) })).toBe(false);
    });

    test("takes any time that there is", async () => {
      const first = { seconds: -62_135_596_800n };
      const last = { seconds: 253_402_300_799n, nanos: 999_999_999 };
      const filter = { ...since, createTimeBefore: last };
      expect(idsOf(await walk({ filter, orderBy: "create_time" }))).toEqual(idsOf(all));
      expect(await walk({ filter: { createTimeAfter: last } })).toEqual([]);
      expect(await walk({ filter: { createTimeBefore: first } })).toEqual([]);
    });

    test("returns each order exactly once that exists throughout, whatever is written meanwhile", async () => {
      const { product, order } = system();
      const other = await product.add({ inStock: 1_000 });
      const passing: Order[] = [];
      const stir = async (): Promise<void> => {
        const [made, , old] = [await ordered(other), await ordered(other), passing.shift()];
        passing.push(made);
        await order.orders.cancelOrder({ id: made.id });
        if (old !== undefined) await order.orders.deleteOrder({ id: old.id });
      };
      for (const orderBy of ["create_time", "create_time desc"]) {
        const seen = idsOf(await walk({ filter: since, orderBy, pageSize: 3 }, stir));
        const stable = seen.filter((id) => idsOf(all).includes(id));
        expect(stable).toEqual(orderBy === "create_time" ? idsOf(all) : idsOf(all).toReversed());
        expect(new Set(seen).size).toBe(seen.length);
      }
    });

    test("goes on after a page whose last order was deleted", async () => {
      const { order, product } = system();
      const own = await product.add();
      const made = [await ordered(own), await ordered(own), await ordered(own)];
      const filter = { productId: own };
      const first = await list({ filter, orderBy: "create_time", pageSize: 2 });
      await order.orders.deleteOrder({ id: made[1]?.id ?? "" });
      const second = await list({ filter, orderBy: "create_time", pageSize: 2, pageToken: first.nextPageToken });
      expect(idsOf(second.orders)).toEqual([made[2]?.id]);
      expect(second.nextPageToken).toBe("");
    });

    describe("has page tokens that", () => {
      const request = (): Request => ({ filter: { ...since, productId: a }, orderBy: "create_time", pageSize: 2 });
      const token = async (): Promise<string> => (await list(request())).nextPageToken;

      test("go on with another page_size", async () => {
        const first = await list(request());
        const rest = await list({ ...request(), pageSize: 1_000, pageToken: first.nextPageToken });
        const expected = all.filter((order) => order.lineItems.some((item) => item.productId === a));
        expect(idsOf([...first.orders, ...rest.orders])).toEqual(idsOf(expected));
      });

      test("are safe in an address", async () => {
        expect(await token()).toMatch(/^[A-Za-z0-9_-]+$/);
      });

      test("are bound to all else", async () => {
        const pageToken = await token();
        const others: Request[] = [
          { ...request(), orderBy: "create_time desc" },
          { ...request(), filter: since },
          { ...request(), filter: { ...since, productId: b } },
          { ...request(), filter: { ...since, productId: a, state: OrderState.CONFIRMED } },
          { ...request(), filter: { productId: a } },
          { ...request(), filter: { ...since, productId: a, createTimeBefore: { seconds: 253_402_300_799n } } },
          { ...request(), view: OrderView.FULL },
        ];
        for (const other of others) {
          const failure = await failureOf(list({ ...other, pageToken }));
          expect(failure).toMatchObject({ reason: "PAGE_TOKEN_INVALID", fields: ["page_token"] });
        }
        const intentions = await failureOf(system().order.orders.listOpenIntentions({ pageToken }));
        expect(intentions.reason).toBe("PAGE_TOKEN_INVALID");
      });

      test("cannot be forged", async () => {
        const good = await token();
        const flipped = `${good.slice(0, -2)}${good.at(-2) === "A" ? "B" : "A"}${good.at(-1)}`;
        for (const pageToken of [flipped, `${good}A`, good.slice(1), "AA", "%%%", good.toLowerCase(), `${good}=`]) {
          expect((await failureOf(list({ ...request(), pageToken }))).reason).toBe("PAGE_TOKEN_INVALID");
        }
      });
    });
  });

  test("times are told to the microsecond", async () => {
    const made = await ordered(await system().product.add());
    expect(made.createTime && timestampMs(made.createTime)).toBeLessThanOrEqual(Date.now() + 60_000);
    const many = await Promise.all(Array.from({ length: 20 }, async () => ordered(await system().product.add())));
    expect(many.some(({ createTime }) => (createTime?.nanos ?? 0) % 1_000_000 !== 0)).toBe(true);
    expect(many.every(({ createTime }) => (createTime?.nanos ?? 1) % 1_000 === 0)).toBe(true);
  });
}
