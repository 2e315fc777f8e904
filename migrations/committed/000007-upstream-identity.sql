--! Previous: sha1:d9baee6b41809508591ab81abf76c1a6cbb8eacf
--! Hash: sha1:06ef540d25c8087f5f1258460e81bc6a733565e9
--! Message: upstream-identity

-- Who is who at Kaggle: a dataset may be deleted there, and another one made under its name.
ALTER TABLE mirrors
  -- Kaggle's number of the dataset that is mirrored; null until Kaggle has said it.
  ADD COLUMN IF NOT EXISTS upstream_id bigint,
  -- When another dataset was accepted under this name: versions fetched before are of the one before.
  ADD COLUMN IF NOT EXISTS replaced_at timestamptz,
  -- The volume may still hold what was replaced.
  ADD COLUMN IF NOT EXISTS clearing boolean NOT NULL DEFAULT false;

-- Whoever asked for this sync takes another dataset under the same name for the one to mirror.
ALTER TABLE syncs ADD COLUMN IF NOT EXISTS accept_replacement boolean NOT NULL DEFAULT false;

-- The sums of what was replaced: its rows in versions give way when the new dataset has a version of that number.
CREATE TABLE IF NOT EXISTS replaced_versions (
  mirror_id integer NOT NULL REFERENCES mirrors ON DELETE CASCADE,
  upstream_id bigint,
  number integer NOT NULL,
  total_bytes bigint NOT NULL,
  file_count integer NOT NULL,
  tree_sha256 bytea NOT NULL,
  notes text,
  created_at timestamptz,
  fetched_at timestamptz NOT NULL,
  replaced_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (mirror_id, number, replaced_at)
);
