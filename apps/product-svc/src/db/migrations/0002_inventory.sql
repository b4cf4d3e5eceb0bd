-- The ledger: one row for every change of stock by any path. The stock of a product is the sum of its rows.
CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY,
  product_key bigint NOT NULL,
  delta bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('initial', 'adjustment', 'overwrite', 'reservation', 'carry_forward')),
  reservation_id uuid,
  generation integer,
  at timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (at);

CREATE INDEX stock_movements_product ON stock_movements (product_key) INCLUDE (delta);
CREATE INDEX stock_movements_reservation ON stock_movements (reservation_id) INCLUDE (product_key, delta)
  WHERE reservation_id IS NOT NULL;

CREATE TABLE reservations (
  id uuid PRIMARY KEY,
  -- The highest generation that was decided; 0 only inside the transaction that creates the row.
  generation integer NOT NULL,
  -- What is held: [{"productId", "productKey", "quantity"}] in order of product id.
  items jsonb NOT NULL DEFAULT '[]',
  -- What was decided, newest last: [{"generation", "fingerprint", "refusal"?}]. Repeats are answered from it.
  decisions jsonb NOT NULL DEFAULT '[]',
  create_time timestamptz NOT NULL DEFAULT now(),
  update_time timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 85);

-- Released reservations, for their removal once they are too old to matter.
CREATE INDEX reservations_released ON reservations (update_time) WHERE items = '[]';

SELECT maintain_partitions('stock_movements', 'day', 2, NULL);
