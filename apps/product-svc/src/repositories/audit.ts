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

const LAST_UUID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/**
 * How many rows of the ledger a page reads for each reservation that it may have, at most. Released reservations are
 * forgotten long before their rows of the ledger, so that there are stretches of rows without reservations: a page ends in
 * the midst of them, too.
 */
const LEDGER_ROWS = 10;

// A page is a range of ids, and what is in it is read from both sides: rows of the ledger whose reservation is gone are found
// as well. What a forgotten reservation took and gave back cancels out. A product that was deleted since counts as released,
// so only lines of living incarnations are compared; they are looked up by the index, as in products.ts. Ranges, since a look
// into the ledger for each reservation is one into each of its partitions. The parameters come as a row, unknown to the
// planner: it would take the first page for all there is, and read the whole ledger.
const reservationPage = sqlStatement(
  sql`
  WITH asked AS MATERIALIZED (
    SELECT ${p("after")}::uuid AS after, ${p("limit")}::integer AS size
  ), full_page AS MATERIALIZED (
    SELECT (
      SELECT id FROM reservations WHERE id > (SELECT after FROM asked)
      ORDER BY id OFFSET (SELECT size - 1 FROM asked) LIMIT 1
    ) AS last
  ), page AS MATERIALIZED (
    SELECT coalesce((
      SELECT reservation_id FROM stock_movements
      WHERE reservation_id > (SELECT after FROM asked)
        AND reservation_id <= (SELECT coalesce(last, ${LAST_UUID}::uuid) FROM full_page)
      ORDER BY reservation_id OFFSET (SELECT size * ${LEDGER_ROWS}::integer - 1 FROM asked) LIMIT 1
    ), last) AS last FROM full_page
  ), entry AS (
    SELECT reservations.id AS reservation_id, item."productKey" AS product_key, item.quantity AS held, 0 AS ledger
    FROM reservations CROSS JOIN LATERAL jsonb_to_recordset(items) AS item("productKey" bigint, quantity integer)
    WHERE id > (SELECT after FROM asked) AND id <= (SELECT coalesce(last, ${LAST_UUID}::uuid) FROM page)
    UNION ALL
    SELECT reservation_id, product_key, 0, -delta FROM stock_movements
    WHERE reservation_id > (SELECT after FROM asked)
      AND reservation_id <= (SELECT coalesce(last, ${LAST_UUID}::uuid) FROM page)
  ), line AS (
    SELECT reservation_id, product_key, sum(held)::bigint AS held, sum(ledger)::bigint AS ledger
    FROM entry GROUP BY reservation_id, product_key HAVING sum(held) <> 0 OR sum(ledger) <> 0
  )
  SELECT page.last AS page_end, line.reservation_id, products.id AS product_id, coalesce(line.held, 0) AS held,
    coalesce(line.ledger, 0) AS ledger
  FROM page LEFT JOIN (
    line CROSS JOIN LATERAL (SELECT id FROM products WHERE products.key = line.product_key OFFSET 0) AS products
  ) ON true
  ORDER BY line.reservation_id, products.id`,
  rowOf(auditedLines),
);

/** Up to `limit` products after a key, each with the sum of its ledger, in one snapshot. */
export async function auditedProductPage(session: Session, after: bigint, limit: number): Promise<AuditedProduct[]> {
  return session.run(productPage, { after, limit });
}

/**
 * The reservations after an id that hold something or do not add up, each line with the sum of its ledger, in one
 * snapshot: of the next `limit` ids, or fewer where many of them are forgotten. The page's end is where the next one
 * begins; undefined for the last page.
 */
export async function auditedReservationPage(
  session: Session,
  after: string,
  limit: number,
): Promise<{ readonly reservations: AuditedReservation[]; readonly end: string | undefined }> {
  const rows = await session.run(reservationPage, { after, limit });
  const lines = new Map<string, AuditedLine[]>();
  for (const { reservationId, productId, held, ledger } of rows) {
    if (reservationId === null || productId === null) continue;
    lines.set(reservationId, [...(lines.get(reservationId) ?? []), { productId, held, ledger }]);
  }
  return {
    reservations: [...lines].map(([id, entries]) => ({ id, lines: entries })),
    end: rows[0]?.pageEnd ?? undefined,
  };
}
