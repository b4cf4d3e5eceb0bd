import { rowOf, type Session, sqlStatement } from "@skyport/db";
import { sql } from "drizzle-orm";
import { auditedLines, auditedProducts } from "../db/schema.ts";
import type { AuditedLine, AuditedProduct, AuditedReservation } from "../domain/audit.ts";

const p = sql.placeholder;

// One statement is one snapshot: stock and ledger of a page are of the same moment.
const productPage = sqlStatement(
  sql`
  SELECT products.key, products.id, products.in_stock,
    (SELECT coalesce(sum(delta), 0)::bigint FROM stock_movements WHERE product_key = products.key) AS ledger
  FROM products WHERE products.key > ${p("after")}::bigint ORDER BY products.key LIMIT ${p("limit")}::integer`,
  rowOf(auditedProducts),
);

// A product that was deleted since counts as released, so only lines of living incarnations are compared.
const reservationPage = sqlStatement(
  sql`
  SELECT page.id AS reservation_id, products.id AS product_id, coalesce(line.held, 0) AS held,
    coalesce(line.ledger, 0) AS ledger
  FROM (
    SELECT id, items FROM reservations WHERE id > ${p("after")}::uuid ORDER BY id LIMIT ${p("limit")}::integer
  ) AS page
  LEFT JOIN LATERAL (
    SELECT product_key, sum(held)::bigint AS held, sum(ledger)::bigint AS ledger FROM (
      SELECT item."productKey" AS product_key, item.quantity AS held, 0 AS ledger
      FROM jsonb_to_recordset(page.items) AS item("productKey" bigint, quantity integer)
      UNION ALL
      SELECT product_key, 0, -delta FROM stock_movements WHERE reservation_id = page.id
    ) AS entry GROUP BY product_key
  ) AS line ON true
  LEFT JOIN products ON products.key = line.product_key
  ORDER BY page.id, products.id`,
  rowOf(auditedLines),
);

/** Up to `limit` products after a key, each with the sum of its ledger, in one snapshot. */
export async function auditedProductPage(session: Session, after: bigint, limit: number): Promise<AuditedProduct[]> {
  return session.run(productPage, { after, limit });
}

/** Up to `limit` reservations after an id, each line with the sum of its ledger, in one snapshot. */
export async function auditedReservationPage(
  session: Session,
  after: string,
  limit: number,
): Promise<AuditedReservation[]> {
  const rows = await session.run(reservationPage, { after, limit });
  const lines = new Map<string, AuditedLine[]>();
  for (const { reservationId, productId, held, ledger } of rows) {
    const known = lines.get(reservationId) ?? [];
    lines.set(reservationId, productId === null ? known : [...known, { productId, held, ledger }]);
  }
  return [...lines].map(([id, entries]) => ({ id, lines: entries }));
}
