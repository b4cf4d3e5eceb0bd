import type { DescFile } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { ServerReflectionRequestV1, ServerReflectionRequestV1Alpha } from "@skyport/proto";
import type { FileIndex } from "./file-index.ts";

/** The question of either version: they differ in nothing but their package. */
export type Question = (ServerReflectionRequestV1 | ServerReflectionRequestV1Alpha)["messageRequest"];

/** The answer of either version. */
export type Answer =
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "allExtensionNumbersResponse"; value: { baseTypeName: string; extensionNumber: number[] } }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };

/** Answers one stream's questions. A file goes out with its imports, each once a stream. */
export function createAnswerer(index: FileIndex, serviceNames: readonly string[]): (question: Question) => Answer {
  const sent = new Set<DescFile>();

  function files(file: DescFile | undefined): Answer {
    if (file === undefined) return notFound();
    sent.delete(file);
    const fileDescriptorProto: Uint8Array[] = [];
    collect(file, fileDescriptorProto);
    return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
  }

  function collect(file: DescFile, into: Uint8Array[]): void {
    if (sent.has(file)) return;
    sent.add(file);
    into.push(index.encode(file));
    for (const dependency of file.dependencies) collect(dependency, into);
  }

  return (question) => {
    switch (question.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: serviceNames.map((name) => ({ name })) } };
      case "fileByFilename":
        return files(index.fileByName(question.value));
      case "fileContainingSymbol":
        return files(index.fileBySymbol(question.value));
      case "fileContainingExtension":
        return files(index.fileByExtension(question.value.containingType, question.value.extensionNumber));
      case "allExtensionNumbersOfType": {
        const numbers = index.extensionNumbers(question.value);
        if (numbers === undefined) return notFound();
        const value = { baseTypeName: question.value, extensionNumber: [...numbers] };
        return { case: "allExtensionNumbersResponse", value };
      }
      default:
        return {
          case: "errorResponse",
          value: { errorCode: Code.InvalidArgument, errorMessage: "the request asks for nothing" },
        };
    }
  };
}

function notFound(): Answer {
  return { case: "errorResponse", value: { errorCode: Code.NotFound, errorMessage: "not found" } };
}
