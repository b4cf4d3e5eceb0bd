import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@skyport/proto";
import { equal } from "../check/expect.ts";
import { Surprise, Words } from "../check/surprise.ts";
import type { Wires } from "../clients.ts";
import type { Addresses } from "../config.ts";
import { succeeded } from "../http/expect-answer.ts";
import { request } from "../http/json.ts";
import type { Report } from "../report.ts";

/** Both services live, and may take traffic. */
export async function probes(report: Report, { productUrl, orderUrl }: Addresses): Promise<void> {
  for (const [name, url] of Object.entries({ "product-svc": productUrl, "order-svc": orderUrl })) {
    await report.step(`${name} lives (GET /healthz)`, async () => {
      succeeded(await request(`${url}/healthz`));
    });
    await report.step(`${name} is ready (GET /readyz)`, async () => {
      succeeded(await request(`${url}/readyz`));
    });
  }
}

/** `grpc.health.v1` says the same, of the server and of each service. */
export async function health(report: Report, wires: Wires): Promise<void> {
  const services = {
    product: ["", "skyport.product.v1.ProductService", "skyport.product.v1.InventoryService"],
    order: ["", "skyport.order.v1.OrderService"],
  };
  for (const side of ["product", "order"] as const) {
    const client = createClient(Health, wires[side]);
    for (const service of services[side]) {
      await report.step(`${side}-svc serves ${service || "as a whole"} (grpc.health.v1)`, async () => {
        equal("status", Status[(await client.check({ service })).status], Status[Status.SERVING]);
      });
    }
    await report.step(`${side}-svc knows no other service`, async () => {
      const answer = await client.check({ service: "no.such.Service" }).catch(ConnectError.from);
      if (answer instanceof ConnectError && answer.code === Code.NotFound) return;
      throw new Surprise("the answer", new Words("NOT_FOUND"), answer);
    });
  }
}
