--! Previous: sha1:b7b99d0c1a1911d54e35ad6af05459448eb03a32
--! Hash: sha1:28d38a294138217d3e24eed6a3dc09446f5cdeff
--! Message: catalogue

-- What the API needs beyond the base table; additions only.
UPDATE datasets SET created_at = now() WHERE created_at IS NULL;
ALTER TABLE datasets ALTER COLUMN created_at SET NOT NULL;
ALTER TABLE datasets
  ADD COLUMN IF NOT EXISTS updated_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN IF NOT EXISTS row_version integer NOT NULL DEFAULT 1;

-- One index for each sort order of the list, read forwards and backwards; ids come with the primary key.
CREATE INDEX IF NOT EXISTS datasets_name_id ON datasets (name COLLATE "C", id);
CREATE INDEX IF NOT EXISTS datasets_created_at_id ON datasets (created_at, id);

-- Answers to requests with an Idempotency-Key, kept for a day. `caller` is who asked, `route` is method and path.
CREATE TABLE IF NOT EXISTS idempotency_keys (
  caller text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status smallint,
  headers jsonb,
  body text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, route, key)
);
CREATE INDEX IF NOT EXISTS idempotency_keys_created_at ON idempotency_keys (created_at);
