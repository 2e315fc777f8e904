--! Previous: sha1:0157689e098569118ec039ea9d4e11631a4b3cdc
--! Hash: sha1:35b61d3da4f1f6db922bf401a29d9d9c1cb02052
--! Message: deliveries

-- Where changes are delivered: K_SINK and each of WEBHOOK_URLS, by a digest of the address, which may hold a secret.
CREATE TABLE IF NOT EXISTS delivery_targets (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  host text NOT NULL,
  -- Up to here changes have become deliveries.
  change_id bigint NOT NULL,
  -- The job that delivers to it until then; one at a time, so that the order stays.
  holder uuid,
  lease_until timestamptz
);

CREATE TABLE IF NOT EXISTS deliveries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  target_id integer NOT NULL REFERENCES delivery_targets,
  change_id bigint NOT NULL REFERENCES changes ON DELETE CASCADE,
  subject text COLLATE "C" NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
  attempts integer NOT NULL DEFAULT 0,
  -- Null while an earlier one of the same subject is pending, and when it has ended.
  next_at timestamptz,
  first_at timestamptz,
  last_status integer,
  last_error text,
  UNIQUE (change_id, target_id)
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (target_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_pending ON deliveries (target_id, subject, id) WHERE state = 'pending';
