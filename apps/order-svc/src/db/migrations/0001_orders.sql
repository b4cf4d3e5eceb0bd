-- Stamps every change of an order: etag, cache version, order of changes. CACHE 1 keeps it growing across sessions.
CREATE SEQUENCE revisions AS bigint CACHE 1;

CREATE TABLE orders (
  id uuid PRIMARY KEY,
  -- Breaks ties of create_time; grows with creation.
  key bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'cancelled')),
  -- [{"productId", "quantity", "unitPrice": {"currencyCode", "units", "nanos"}, "title"}]; read and written as a whole.
  line_items jsonb NOT NULL,
  -- The generation of the newest intention.
  generation integer NOT NULL,
  revision bigint NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  update_time timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 85);

CREATE INDEX orders_create_time ON orders (create_time, key);
CREATE INDEX orders_state ON orders (state, create_time, key);

-- Which orders have a line of a product, in the orders' own order, so that a page of one product needs no sort.
CREATE TABLE order_products (
  product_id text COLLATE "C" NOT NULL,
  order_key bigint NOT NULL REFERENCES orders (key) ON DELETE CASCADE,
  state text NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (order_key, product_id)
);

CREATE INDEX order_products_create_time ON order_products (product_id, create_time, order_key);
CREATE INDEX order_products_state ON order_products (product_id, state, create_time, order_key);
