import { ScalarType } from "@bufbuild/protobuf";
import { asBoolean, asBytes, asList, asNumber, asString } from "./checked.ts";
import { doubt } from "./doubt.ts";
import { type FieldPlan, Kind } from "./field-plan.ts";
import { type Fields, fieldsOf, fieldValue, isPlain } from "./field-value.ts";
import type { JsonScratch } from "./json-scratch.ts";
import { writeDuration, writeTimestamp } from "./json-time.ts";
import type { MessagePlan } from "./message-plan.ts";

export interface JsonWriterOptions {
  readonly enumAsInteger: boolean;
  /** Whether unknown fields may be extensions, which protobuf-es would write. */
  readonly knowsExtensions: boolean;
}

const { STRING, BOOL, BYTES, INT64, UINT64, SINT64, FIXED64, SFIXED64, FLOAT, DOUBLE } = ScalarType;
const { MESSAGE, ENUM } = Kind;

const [COMMA, QUOTE, BRACKET, END_BRACKET, BRACE, END_BRACE] = [0x2c, 0x22, 0x5b, 0x5d, 0x7b, 0x7d];
const [TRUE, FALSE] = [Buffer.from("true"), Buffer.from("false")];

/** Writes messages as `toJson` and `JSON.stringify` do. Throws where it is not sure of that. */
export class JsonWriter {
  readonly #out: JsonScratch;
  readonly #options: JsonWriterOptions;

  constructor(out: JsonScratch, options: JsonWriterOptions) {
    this.#out = out;
    this.#options = options;
  }

  message(plan: MessagePlan, value: unknown): void {
    const message = fieldsOf(plan, value);
    if (this.#options.knowsExtensions && message.$unknown !== undefined) doubt();
    if (plan.look === "timestamp") writeTimestamp(this.#out, message);
    else if (plan.look === "duration") writeDuration(this.#out, message);
    else this.#object(plan, message);
  }

  #object(plan: MessagePlan, message: Fields): void {
    const out = this.#out;
    const start = out.length;
    const plain = isPlain(message);
    for (const field of plan.fields) {
      const value = fieldValue(field, message, plain);
      if (value === undefined) continue;
      out.raw(out.length === start ? field.first : field.later);
      if (field.isList) this.#list(field, asList(value));
      else this.#value(field, value);
    }
    if (out.length === start) out.byte(BRACE);
    out.byte(END_BRACE);
  }

  #list(field: FieldPlan, items: readonly unknown[]): void {
    const out = this.#out;
    out.byte(BRACKET);
    for (let i = 0; i < items.length; i++) {
      if (i > 0) out.byte(COMMA);
      this.#value(field, items[i]);
    }
    out.byte(END_BRACKET);
  }

  #value(field: FieldPlan, value: unknown): void {
    switch (field.kind) {
      case STRING:
        this.#out.quoted(asString(value));
        break;
      case MESSAGE:
        this.message(field.child ?? doubt(), value);
        break;
      case ENUM:
        this.#enum(field, asNumber(value));
        break;
      case BOOL:
        this.#out.raw(asBoolean(value) ? TRUE : FALSE);
        break;
      case BYTES:
        this.#bytes(asBytes(value));
        break;
      case INT64:
      case UINT64:
      case SINT64:
      case FIXED64:
      case SFIXED64:
        this.#long(value);
        break;
      case FLOAT:
      case DOUBLE:
        this.#double(asNumber(value));
        break;
      default:
        this.#number(asNumber(value));
    }
  }

  #number(value: number): void {
    if (value >= 0 && value === (value | 0)) this.#out.digits(value);
    else this.#out.ascii(Number.isFinite(value) ? String(value) : doubt());
  }

  #double(value: number): void {
    if (Number.isFinite(value)) this.#number(value);
    else this.#out.quoted(String(value));
  }

  /** A string, since programs that read JSON as doubles would lose digits. */
  #long(value: unknown): void {
    const out = this.#out;
    if (typeof value !== "bigint") {
      // A field with `jstype = JS_STRING`.
      out.quoted(asString(value));
      return;
    }
    const number = Number(value);
    out.byte(QUOTE);
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) out.digits(number);
    else out.ascii(String(value));
    out.byte(QUOTE);
  }

  #enum(field: FieldPlan, value: number): void {
    const name = this.#options.enumAsInteger ? undefined : field.names.get(value);
    if (name === undefined) this.#number(value);
    else this.#out.raw(name);
  }

  #bytes(value: Uint8Array): void {
    const out = this.#out;
    out.byte(QUOTE);
    out.ascii(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"));
    out.byte(QUOTE);
  }
}
