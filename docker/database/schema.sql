CREATE ROLE shop LOGIN PASSWORD 'shop';
-- The exporter logs in as shop too and reads the server's statistics.
GRANT pg_monitor TO shop;
CREATE DATABASE shop OWNER shop;
\connect shop
SET ROLE shop;

CREATE TABLE products (
  id integer PRIMARY KEY,
  name text NOT NULL,
  price_cents integer NOT NULL CHECK (price_cents > 0)
);

INSERT INTO products
SELECT n,
       (ARRAY['Kettle', 'Lamp', 'Teapot', 'Blanket', 'Bookend'])[1 + n % 5] || ' no. ' || n,
       500 + n * 137 % 4500
FROM generate_series(1, 50) AS n;

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  product_id integer NOT NULL REFERENCES products (id),
  quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
  ordered_at timestamptz NOT NULL DEFAULT now()
);
