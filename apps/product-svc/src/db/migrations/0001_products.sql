-- Stamps every change of a product: etag, cache version, order of changes. CACHE 1 keeps it growing across sessions.
CREATE SEQUENCE revisions AS bigint CACHE 1;

CREATE TABLE products (
  -- Tells apart the incarnations of an id that was deleted and created again; grows with creation.
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  title text NOT NULL,
  -- Title order and prefix search, folded here only, so that every query folds alike.
  title_folded text COLLATE pg_c_utf8 GENERATED ALWAYS AS (lower(title COLLATE pg_c_utf8)) STORED NOT NULL,
  passenger_capacity integer NOT NULL CHECK (passenger_capacity >= 0),
  maximum_speed integer NOT NULL CHECK (maximum_speed >= 0),
  -- Wider than the contract's int32, so that giving back stock can never fail.
  in_stock bigint NOT NULL CHECK (in_stock >= 0),
  -- Predicate of the in-stock indexes. It rarely changes, so most movements of stock touch no index (heap-only tuples).
  is_in_stock boolean GENERATED ALWAYS AS (in_stock > 0) STORED NOT NULL,
  price_currency text,
  price_units bigint,
  price_nanos integer,
  revision bigint NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  update_time timestamptz NOT NULL DEFAULT now(),
  CHECK ((price_currency IS NULL) = (price_units IS NULL) AND (price_currency IS NULL) = (price_nanos IS NULL))
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX products_id ON products (id);
CREATE INDEX products_create_time ON products (create_time, key);
CREATE INDEX products_title ON products (title_folded, key);
CREATE INDEX products_in_stock_id ON products (id) WHERE is_in_stock;
CREATE INDEX products_in_stock_create_time ON products (create_time, key) WHERE is_in_stock;
CREATE INDEX products_in_stock_title ON products (title_folded, key) WHERE is_in_stock;
