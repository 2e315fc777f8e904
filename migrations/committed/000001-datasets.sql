--! Previous: -
--! Hash: sha1:b7b99d0c1a1911d54e35ad6af05459448eb03a32
--! Message: datasets

-- The catalogue. Guarded by its name, as no migration of ours drops a table that holds data.
CREATE TABLE IF NOT EXISTS datasets (
  id serial PRIMARY KEY,
  name varchar NOT NULL,
  description text,
  source_url varchar,
  created_at timestamptz DEFAULT now()
);
