import { createClient } from "@connectrpc/connect";
import { ServerReflectionV1, ServerReflectionV1Alpha } from "@skyport/proto";
import { holds } from "../check/expect.ts";
import { CALL_TIMEOUT_MS, type Wires } from "../clients.ts";
import type { Report } from "../report.ts";

/** Reflection lists the services, in its present version and in the one that older clients speak. */
export async function reflection(report: Report, wires: Wires): Promise<void> {
  const services = {
    product: ["skyport.product.v1.ProductService", "skyport.product.v1.InventoryService", "grpc.health.v1.Health"],
    order: ["skyport.order.v1.OrderService", "grpc.health.v1.Health"],
  };
  for (const side of ["product", "order"] as const) {
    for (const service of [ServerReflectionV1, ServerReflectionV1Alpha]) {
      await report.step(`${side}-svc lists its services (${service.typeName})`, async () => {
        const client = createClient(service, wires[side]);
        const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
        const names: string[] = [];
        for await (const { messageResponse } of client.serverReflectionInfo(listServices(), { signal })) {
          if (messageResponse.case !== "listServicesResponse") continue;
          names.push(...messageResponse.value.service.map(({ name }) => name));
        }
        const missing = services[side].filter((name) => !names.includes(name));
        holds("services", names, `${services[side].join(", ")} among them`, missing.length === 0);
      });
    }
  }
}

async function* listServices() {
  yield { messageRequest: { case: "listServices" as const, value: "" } };
}
