--! Previous: sha1:06ef540d25c8087f5f1258460e81bc6a733565e9
--! Hash: sha1:d2446230bbbffe1cae7efb4b3366d3b582509583
--! Message: tables

-- The tables of a version: each of its tabular files, sheets and SQLite tables, converted to Parquet. Also the queue of
-- conversions.
CREATE TABLE IF NOT EXISTS tables (
  id serial PRIMARY KEY,
  version_id integer NOT NULL REFERENCES versions ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  -- The file it is made from, and which table or sheet of it; null also while its parts are not known.
  path text COLLATE "C" NOT NULL,
  part text,
  format text NOT NULL CHECK (format IN ('csv', 'tsv', 'psv', 'txt', 'json', 'ndjson', 'parquet', 'sqlite', 'xlsx')),
  source_sha256 bytea NOT NULL,
  source_bytes bigint NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'converting', 'ready', 'failed')),
  rows bigint,
  columns integer,
  -- Of each column: name, type, field id and others.
  schema jsonb,
  -- How the file was read.
  conversion jsonb,
  statistics jsonb,
  parquet_bytes bigint,
  parquet_sha256 bytea,
  row_groups integer,
  -- A problem (RFC 9457).
  problem jsonb,
  -- The release of the converter that made it what it is.
  converter integer,
  attempts integer NOT NULL DEFAULT 0,
  -- Whoever holds the lease converts it; each new holder has a higher fence, and writes only under its own.
  lease_until timestamptz,
  fence integer NOT NULL DEFAULT 0,
  -- Names change places within one statement when the parts of a file become known.
  UNIQUE (version_id, name) DEFERRABLE
);
CREATE INDEX IF NOT EXISTS tables_unfinished ON tables (id) WHERE state IN ('waiting', 'converting');
CREATE SEQUENCE IF NOT EXISTS table_fences AS integer;

-- The release of the converter that looked for tables among the files; null: none has.
ALTER TABLE versions ADD COLUMN IF NOT EXISTS tables_found_by integer;
