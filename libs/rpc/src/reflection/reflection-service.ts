import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { ServerReflectionV1, ServerReflectionV1Alpha } from "@skyport/proto";
import { until } from "../stream/until.ts";
import { createAnswerer } from "./answer.ts";
import { FileIndex } from "./file-index.ts";

/**
 * Serves the schema of `services`, and of itself, by `grpc.reflection.v1` and, for older clients, `v1alpha`: so that
 * `buf curl` and grpcurl call the server without a .proto file. Streams end when `draining` aborts.
 */
export function registerReflection(
  router: ConnectRouter,
  services: readonly DescService[],
  draining: AbortSignal,
): void {
  const all = [...services, ServerReflectionV1, ServerReflectionV1Alpha];
  const names = [...new Set(all.map((service) => service.typeName))].sort();
  const index = new FileIndex(all);

  router.service(ServerReflectionV1, {
    async *serverReflectionInfo(requests) {
      const answer = createAnswerer(index, names);
      for await (const request of until(draining, requests)) {
        yield { validHost: request.host, originalRequest: request, messageResponse: answer(request.messageRequest) };
      }
    },
  });
  router.service(ServerReflectionV1Alpha, {
    async *serverReflectionInfo(requests) {
      const answer = createAnswerer(index, names);
      for await (const request of until(draining, requests)) {
        yield { validHost: request.host, originalRequest: request, messageResponse: answer(request.messageRequest) };
      }
    },
  });
}
