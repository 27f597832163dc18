CREATE ROLE bikes LOGIN PASSWORD 'bikes' IN ROLE pg_monitor;
CREATE DATABASE bikes OWNER bikes;
\connect bikes
SET ROLE bikes;
CREATE TABLE bikes (id int PRIMARY KEY, name text NOT NULL, station text NOT NULL);
CREATE TABLE bookings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  bike_id int NOT NULL REFERENCES bikes,
  hours int NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON bookings (bike_id);
CREATE TABLE alerts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  status text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO bikes VALUES
  (1, 'Cargo bike', 'Market square'),
  (2, 'Tandem', 'Station'),
  (3, 'Red city bike', 'Station'),
  (4, 'Green city bike', 'Library'),
  (5, 'Child trailer', 'Library');
