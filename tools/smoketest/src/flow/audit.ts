import { eventually } from "../check/eventually.ts";
import { equal, holds } from "../check/expect.ts";
import type { Flow } from "./flow.ts";

const PAGE_SIZE = 1_000;

/** Stock adds up, and nothing that this run has asked for is left open. */
export async function audit({ report, clients, orderIds }: Flow): Promise<void> {
  const { inventory, orders } = clients;

  await report.step("AuditStock finds no discrepancy on any page", async () => {
    let checked = 0n;
    for await (const page of pages((at) => inventory.auditStock(at))) {
      equal("discrepancies", page.discrepancies, []);
      checked += page.totals?.products ?? 0n;
    }
    holds("products checked", checked, "at least one", checked > 0n);
  });
  await report.step("ListReservations comes in order of id, to its end", async () => {
    let last = "";
    for await (const page of pages((at) => inventory.listReservations(at))) {
      for (const { id } of page.reservations) {
        holds("id", id, `one after ${last}`, id > last);
        last = id;
      }
    }
    holds("ids", last, "at least one", last !== "");
  });
  await report.step("ListOpenIntentions holds nothing of this run for long", async () => {
    await eventually(async () => {
      const open: string[] = [];
      for await (const page of pages((at) => orders.listOpenIntentions(at))) {
        open.push(...page.intentions.map(({ orderId }) => orderId).filter((id) => orderIds.has(id)));
      }
      equal("orders with an open intention", open, []);
    });
  });
}

interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

async function* pages<T extends { readonly nextPageToken: string }>(
  fetchPage: (at: PageRequest) => Promise<T>,
): AsyncGenerator<T> {
  for (let pageToken = ""; ; ) {
    const page = await fetchPage({ pageSize: PAGE_SIZE, pageToken });
    yield page;
    if (page.nextPageToken === "") return;
    pageToken = page.nextPageToken;
  }
}
