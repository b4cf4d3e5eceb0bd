/** The tables of the exercise's design, as they are: keys, and nothing else. */
export const TABLES: readonly string[] = [
  `CREATE TABLE products (
    id text PRIMARY KEY,
    title text NOT NULL,
    passenger_capacity integer NOT NULL,
    maximum_speed integer NOT NULL,
    in_stock bigint NOT NULL,
    price bigint NOT NULL
  )`,
  `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)`,
  `CREATE TABLE order_details (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    product_id text NOT NULL,
    price bigint NOT NULL,
    quantity integer NOT NULL
  )`,
  // The design's own author would have noticed this one.
  `CREATE INDEX order_details_order ON order_details (order_id)`,
];
