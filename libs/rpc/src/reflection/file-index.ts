import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** Where the schema of a set of services is declared: what reflection answers from. */
export class FileIndex {
  readonly #files = new Map<string, DescFile>();
  readonly #symbols = new Map<string, DescFile>();
  readonly #extensions = new Map<string, Map<number, DescFile>>();
  readonly #encoded = new Map<DescFile, Uint8Array>();

  constructor(services: readonly DescService[]) {
    for (const service of services) this.#add(service.file);
  }

  /** The file of that name, `skyport/product/v1/product.proto`. */
  fileByName(name: string): DescFile | undefined {
    return this.#files.get(name);
  }

  /** The file that declares a fully qualified message, enum, service, method, field, oneof, enum value or extension. */
  fileBySymbol(symbol: string): DescFile | undefined {
    return this.#symbols.get(symbol);
  }

  /** The file that declares the extension of a message with that field number. */
  fileByExtension(message: string, number: number): DescFile | undefined {
    return this.#extensions.get(message)?.get(number);
  }

  /** The field numbers of a message's extensions, in ascending order; undefined when there is no such message. */
  extensionNumbers(message: string): readonly number[] | undefined {
    const numbers = this.#extensions.get(message);
    if (numbers !== undefined) return [...numbers.keys()].sort((a, b) => a - b);
    return this.#symbols.has(message) ? [] : undefined;
  }

  /** A file's FileDescriptorProto, encoded. */
  encode(file: DescFile): Uint8Array {
    let bytes = this.#encoded.get(file);
    if (bytes === undefined) {
      bytes = toBinary(FileDescriptorProtoSchema, file.proto);
      this.#encoded.set(file, bytes);
    }
    return bytes;
  }

  #add(file: DescFile): void {
    if (this.#files.has(file.proto.name)) return;
    this.#files.set(file.proto.name, file);
    for (const dependency of file.dependencies) this.#add(dependency);
    for (const type of nestedTypes(file)) {
      this.#symbols.set(type.typeName, file);
      const members = memberNames(type);
      for (const member of members) this.#symbols.set(member, file);
      if (type.kind === "extension") this.#addExtension(type.extendee.typeName, type.number, file);
    }
  }

  #addExtension(extendee: string, number: number, file: DescFile): void {
    const numbers = this.#extensions.get(extendee) ?? new Map<number, DescFile>();
    this.#extensions.set(extendee, numbers.set(number, file));
  }
}

function memberNames(type: ReturnType<typeof nestedTypes> extends Iterable<infer T> ? T : never): string[] {
  switch (type.kind) {
    case "service":
      return type.methods.map((method) => `${type.typeName}.${method.name}`);
    case "message":
      return type.members.map((member) => `${type.typeName}.${member.name}`);
    case "enum": {
      // An enum's values live in the scope that the enum itself is declared in.
      const scope = type.typeName.slice(0, type.typeName.length - type.name.length);
      return type.values.map((value) => `${scope}${value.name}`);
    }
    default:
      return [];
  }
}
