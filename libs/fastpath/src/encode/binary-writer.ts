import { ScalarType } from "@bufbuild/protobuf";
import type { BinaryScratch } from "./binary-scratch.ts";
import {
  asBoolean,
  asBytes,
  asDouble,
  asFloat,
  asInt32,
  asInt64,
  asList,
  asString,
  asUint32,
  asUint64,
} from "./checked.ts";
import { doubt } from "./doubt.ts";
import { type FieldPlan, Kind } from "./field-plan.ts";
import { fieldsOf, fieldValue, isPlain } from "./field-value.ts";
import type { MessagePlan } from "./message-plan.ts";

const { STRING, BOOL, BYTES, INT32, UINT32, SINT32, FIXED32, SFIXED32, FLOAT, DOUBLE } = ScalarType;
const { INT64, UINT64, SINT64, FIXED64, SFIXED64 } = ScalarType;
const { MESSAGE, ENUM } = Kind;

/** Writes messages as `toBinary` does. Throws where it is not sure of that. */
export class BinaryWriter {
  readonly #out: BinaryScratch;

  constructor(out: BinaryScratch) {
    this.#out = out;
  }

  message(plan: MessagePlan, value: unknown): void {
    const message = fieldsOf(plan, value);
    if (message.$unknown !== undefined) doubt();
    const plain = isPlain(message);
    for (const field of plan.fields) {
      const value = fieldValue(field, message, plain);
      if (value === undefined) continue;
      if (field.isPacked) {
        this.#packed(field, asList(value));
      } else if (field.isList) {
        this.#list(field, asList(value));
      } else {
        this.#out.varint(field.tag);
        this.#value(field, value);
      }
    }
  }

  #packed(field: FieldPlan, items: readonly unknown[]): void {
    const out = this.#out;
    out.varint(field.tag);
    const start = out.fork();
    for (let i = 0; i < items.length; i++) this.#value(field, items[i]);
    out.join(start);
  }

  #list(field: FieldPlan, items: readonly unknown[]): void {
    for (let i = 0; i < items.length; i++) {
      this.#out.varint(field.tag);
      this.#value(field, items[i]);
    }
  }

  #value(field: FieldPlan, value: unknown): void {
    const out = this.#out;
    switch (field.kind) {
      case STRING:
        out.text(asString(value));
        break;
      case MESSAGE:
        this.#child(field.child ?? doubt(), value);
        break;
      case INT32:
      case ENUM:
        this.#int32(asInt32(value));
        break;
      case UINT32:
        out.varint(asUint32(value));
        break;
      case SINT32:
        out.varint(zigzag(asInt32(value)));
        break;
      case BOOL:
        out.byte(asBoolean(value) ? 1 : 0);
        break;
      case BYTES:
        this.#bytes(asBytes(value));
        break;
      case FIXED32:
        out.fixed32(asUint32(value));
        break;
      case SFIXED32:
        out.fixed32(asInt32(value) >>> 0);
        break;
      case FLOAT:
        out.float(asFloat(value));
        break;
      case DOUBLE:
        out.double(asDouble(value));
        break;
      default:
        this.#long(field, value);
    }
  }

  #child(plan: MessagePlan, value: unknown): void {
    const start = this.#out.fork();
    this.message(plan, value);
    this.#out.join(start);
  }

  #bytes(value: Uint8Array): void {
    this.#out.varint(value.byteLength);
    this.#out.raw(value);
  }

  #int32(value: number): void {
    if (value >= 0) this.#out.varint(value);
    else this.#out.varint64(BigInt.asUintN(64, BigInt(value)));
  }

  #long(field: FieldPlan, value: unknown): void {
    const out = this.#out;
    switch (field.kind) {
      case INT64:
        this.#varint64(asInt64(value));
        break;
      case UINT64:
        this.#varint64(asUint64(value));
        break;
      case SINT64:
        this.#varint64(zigzag64(asInt64(value)));
        break;
      case FIXED64:
        out.fixed64(asUint64(value));
        break;
      case SFIXED64:
        out.fixed64(BigInt.asUintN(64, asInt64(value)));
        break;
      default:
        doubt();
    }
  }

  #varint64(value: bigint): void {
    const number = Number(value);
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) this.#out.varint(number);
    else this.#out.varint64(BigInt.asUintN(64, value));
  }
}

/** Small numbers of either sign become small ones without. */
function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

function zigzag64(value: bigint): bigint {
  return (value << 1n) ^ (value >> 63n);
}
