-- What the ledger's dropped partitions added up to: a row for each product and reservation (or none) whose movements do not
-- cancel out. Together with the partitions that are left, every sum stays what it was. What a reservation took and gave back
-- leaves no row behind.
CREATE TABLE stock_movements_carried (LIKE stock_movements INCLUDING ALL EXCLUDING IDENTITY);

CREATE UNIQUE INDEX stock_movements_carried_sum ON stock_movements_carried (product_key, reservation_id)
  NULLS NOT DISTINCT;
CREATE INDEX stock_movements_carried_nothing ON stock_movements_carried (product_key) WHERE delta = 0;

-- Its rows are of no day: they stand at -infinity, before every other partition.
ALTER TABLE stock_movements ATTACH PARTITION stock_movements_carried FOR VALUES FROM (MINVALUE) TO ('2000-01-01');

-- One step on the way of the oldest partition whose rows are all older than `keep`: moves the rows of its next blocks that
-- have any into stock_movements_carried, as sums; or drops it, when none is left. Each step is one transaction that leaves
-- every sum as it was, so that it may stop after any of them, and an audit may run at any moment.
--
-- action: 'carried' (call again, from next_block), 'dropped' (call again, from 0), 'busy' (another instance is at it, or a
-- reader is in the way of the drop: later), 'none' (nothing is old enough).
CREATE FUNCTION carry_forward_stock(keep interval, from_block bigint, blocks bigint)
RETURNS TABLE (action text, partition text, next_block bigint, moved bigint)
LANGUAGE plpgsql AS $$
DECLARE
  child regclass;
  size constant bigint := current_setting('block_size')::bigint;
BEGIN
  next_block := from_block;
  moved := 0;
  IF NOT pg_try_advisory_xact_lock(hashtextextended('carry_forward_stock', 0)) THEN
    action := 'busy';
    RETURN NEXT;
    RETURN;
  END IF;

  SELECT oid INTO child FROM (
    SELECT c.oid, substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz AS upper_bound
    FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
    WHERE inhparent = 'stock_movements'::regclass AND c.oid <> 'stock_movements_carried'::regclass
  ) AS days WHERE upper_bound <= now() - keep ORDER BY upper_bound LIMIT 1;
  IF child IS NULL THEN
    action := 'none';
    RETURN NEXT;
    RETURN;
  END IF;
  partition := child::text;

  WHILE moved = 0 AND next_block * size < pg_relation_size(child) LOOP
    -- Rows of products that are gone are let go: their keys never come back.
    EXECUTE format($move$
      WITH gone AS (
        DELETE FROM ONLY %s WHERE ctid >= $1 AND ctid < $2 RETURNING product_key, reservation_id, delta
      ), kept AS (
        INSERT INTO stock_movements_carried (product_key, reservation_id, delta, kind, at)
        SELECT product_key, reservation_id, sum(delta), 'carry_forward', '-infinity'
        FROM gone JOIN products ON products.key = product_key
        GROUP BY product_key, reservation_id
        ON CONFLICT (product_key, reservation_id) DO UPDATE SET delta = stock_movements_carried.delta + excluded.delta
      )
      SELECT count(*) FROM gone$move$, child)
    INTO moved
    USING format('(%s,0)', next_block)::tid, format('(%s,0)', next_block + blocks)::tid;
    next_block := next_block + blocks;
  END LOOP;
  IF moved > 0 THEN
    DELETE FROM stock_movements_carried WHERE delta = 0;
    action := 'carried';
    RETURN NEXT;
    RETURN;
  END IF;

  -- A lock that writers respect and readers pass, until it is sure that nothing is lost; then the drop, which has to have
  -- the whole ledger for a moment: not at once means later.
  PERFORM set_config('lock_timeout', '100ms', true);
  BEGIN
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE MODE', child);
    EXECUTE format('SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT 1) AS any_row', child) INTO moved;
    IF moved > 0 THEN
      moved := 0;
      action := 'busy';
    ELSE
      EXECUTE format('DROP TABLE %s', child);
      action := 'dropped';
    END IF;
  EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
    action := 'busy';
  END;
  next_block := 0;
  RETURN NEXT;
END
$$;
