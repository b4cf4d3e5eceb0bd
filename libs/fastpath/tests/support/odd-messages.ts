import type { DescMessage, Message } from "@bufbuild/protobuf";
import fc from "fast-check";
import { registry } from "./kinds.ts";
import { messages } from "./messages.ts";

type Contents = Record<string, unknown>;

/** Messages of a type in which one value is anything; most are no valid ones. */
export function oddMessages(desc: DescMessage): fc.Arbitrary<Message> {
  return fc
    .record({ valid: messages(desc, 1), at: fc.nat(), name: fc.nat(), value: oddValues })
    .map(({ valid, at, name, value }) => {
      const message = copyOf(valid);
      const places = messagesIn(message);
      const place = places[at % places.length] ?? {};
      const { members } = registry.getMessage(String(place["$typeName"])) ?? desc;
      const property = members[name % Math.max(1, members.length)]?.localName ?? "$typeName";
      const group = place[property];
      if (typeof group === "object" && group !== null && "case" in group) Object.assign(group, { value });
      else place[property] = value;
      return message;
    });
}

/** Values that are wrong for most fields, and for some not. */
const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    Number.NaN,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1.5,
    2 ** 31,
    2 ** 32,
  ),
  fc.constantFrom(-1, 2 ** 53, 1e21, 3.5e38, 0n, -1n, 5n, 2n ** 63n, 2n ** 64n, -(2n ** 63n) - 1n),
  fc.constantFrom("", "0", "5", "-5", "00", "0x0", "1e3", " 7 ", "x", "\ud800", "a\udc00b", "99999999999999999999"),
  fc.constantFrom(true, false, Symbol("odd"), new Date(0), new Set([1]), () => 1),
  fc.constantFrom(
    [],
    [undefined],
    [null],
    ["a"],
    [1],
    [1n],
    [1.5],
    new Array(2),
    {},
    { case: undefined },
    { length: 0 },
  ),
  fc.constantFrom(new Uint8Array(), new Uint8Array([1]), Buffer.from("b"), new Uint16Array([1]), new ArrayBuffer(1)),
  fc.constantFrom({ $typeName: "kinds.Kinds" }, { $typeName: "kinds.Nothing" }, { $typeName: "google.protobuf.Empty" }),
  fc.record({ $typeName: fc.constant("google.protobuf.Timestamp"), seconds: oddSeconds(), nanos: oddNanos() }),
  fc.record({ $typeName: fc.constant("google.protobuf.Duration"), seconds: oddSeconds(), nanos: oddNanos() }),
);

function oddSeconds(): fc.Arbitrary<unknown> {
  return fc.constantFrom(
    0n,
    1n,
    -1n,
    5,
    "5",
    253_402_300_800n,
    -62_135_596_801n,
    315_576_000_001n,
    undefined,
    2n ** 63n,
  );
}

function oddNanos(): fc.Arbitrary<unknown> {
  return fc.constantFrom(0, -0, 1, -1, 1.5, 1_000_000_000, -1_000_000_000, Number.NaN, "5", 5n, undefined, 1e-7);
}

/** Every object in a message that is a message, with the message itself. */
function messagesIn(value: unknown): Contents[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  const inner = Object.values(value).flatMap(messagesIn);
  return "$typeName" in value ? [value as Contents, ...inner] : inner;
}

/** The same once more, to be changed; `clone` refuses numbers that a closed enum has no name for. */
function copyOf<T>(value: T): T;
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => copyOf(item));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const copy: object = Object.create(Object.getPrototypeOf(value));
  return Object.assign(copy, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyOf(one)])));
}
