-- What an order wants of the stock, written down before it is asked for. No reference to orders: the release of a
-- deleted order outlives it.
CREATE TABLE order_intentions (
  order_id uuid NOT NULL,
  -- Counts the wishes of one order: 1, 2, 3.
  generation integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('create', 'update', 'release')),
  -- The line items wanted, as in orders; empty for a release.
  line_items jsonb NOT NULL,
  -- The request that asked for it, so that a repeat can join; null without a request id.
  principal text,
  rpc text,
  request_id uuid,
  -- Stands for the request's content, in hexadecimal.
  fingerprint text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'refused', 'superseded')),
  -- Why it was refused: what the product service answered.
  refusal jsonb,
  attempts integer NOT NULL DEFAULT 0,
  -- Until when a create is tried; null: until it succeeds.
  deadline timestamptz,
  -- When the recovery loop takes it over: the lease of whoever is at it now, then the backoff.
  due_time timestamptz NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  close_time timestamptz,
  PRIMARY KEY (order_id, generation)
) WITH (fillfactor = 85);

CREATE INDEX order_intentions_due ON order_intentions (due_time) WHERE state = 'open';
CREATE INDEX order_intentions_open ON order_intentions (create_time, order_id, generation) WHERE state = 'open';
CREATE INDEX order_intentions_request ON order_intentions (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX order_intentions_closed ON order_intentions (close_time) WHERE state <> 'open';
-- At most one wish of an order is open at a time.
CREATE UNIQUE INDEX order_intentions_one_open ON order_intentions (order_id) WHERE state = 'open';
