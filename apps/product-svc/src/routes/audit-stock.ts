import type { ServiceImpl } from "@connectrpc/connect";
import { type CursorValue, pageBinding, pageSize, type Session } from "@skyport/db";
import { InventoryService } from "@skyport/proto";
import { callOf } from "@skyport/rpc";
import type { Context } from "../context.ts";
import { auditProducts, auditReservations, type Discrepancy } from "../domain/audit.ts";
import { toDiscrepancyMessage } from "../messages/audit.ts";
import { auditedProductPage, auditedReservationPage } from "../repositories/audit.ts";

type Handler = ServiceImpl<typeof InventoryService>["auditStock"];

const binding = pageBinding(InventoryService.method.auditStock.name);

const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/** One page of the audit: all products in order of key first, then all reservations in order of id. */
interface AuditPage {
  readonly discrepancies: readonly Discrepancy[];
  readonly totals: { products: bigint; reservations: bigint; inStock: bigint; reserved: bigint };
  readonly next: readonly CursorValue[] | undefined;
}

export function auditStock({ database, pageTokens }: Context): Handler {
  return async (request, context) => {
    const size = pageSize(request.pageSize);
    const [phase = "products", after] = request.pageToken === "" ? [] : pageTokens.decode(binding, request.pageToken);
    const page = await database.read(callOf(context).deadline, (session) =>
      phase === "products"
        ? productPage(session, BigInt(after ?? 0n), size)
        : reservationPage(session, after?.toString() ?? NIL_UUID, size),
    );
    return {
      discrepancies: page.discrepancies.map(toDiscrepancyMessage),
      totals: page.totals,
      nextPageToken: page.next === undefined ? "" : pageTokens.encode(binding, page.next),
    };
  };
}

async function productPage(session: Session, after: bigint, size: number): Promise<AuditPage> {
  const products = await auditedProductPage(session, after, size);
  const last = products.at(-1);
  return {
    discrepancies: auditProducts(products),
    totals: { products: BigInt(products.length), reservations: 0n, inStock: total(products, "inStock"), reserved: 0n },
    next: last === undefined || products.length < size ? ["reservations"] : ["products", last.key],
  };
}

async function reservationPage(session: Session, after: string, size: number): Promise<AuditPage> {
  const { reservations, end } = await auditedReservationPage(session, after, size);
  const lines = reservations.flatMap((reservation) => reservation.lines);
  const holding = reservations.filter((reservation) => reservation.lines.some((line) => line.held > 0n));
  return {
    discrepancies: auditReservations(reservations),
    totals: { products: 0n, reservations: BigInt(holding.length), inStock: 0n, reserved: total(lines, "held") },
    next: end === undefined ? undefined : ["reservations", end],
  };
}

function total<K extends string>(rows: readonly Readonly<Record<K, bigint>>[], field: K): bigint {
  return rows.reduce((sum, row) => sum + row[field], 0n);
}
