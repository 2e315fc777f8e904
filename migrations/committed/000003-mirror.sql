--! Previous: sha1:28d38a294138217d3e24eed6a3dc09446f5cdeff
--! Hash: sha1:1b546dd63e4066bea6efbd731777034102aa4883
--! Message: mirror

-- One mirror for each Kaggle dataset, shared by the datasets whose source_url names it.
CREATE TABLE IF NOT EXISTS mirrors (
  id serial PRIMARY KEY,
  owner text COLLATE "C" NOT NULL CHECK (owner = lower(owner)),
  slug text COLLATE "C" NOT NULL CHECK (slug = lower(slug)),
  ref text COLLATE "C" NOT NULL UNIQUE GENERATED ALWAYS AS (owner || '/' || slug) STORED,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN (
    'queued', 'downloading', 'verifying', 'extracting', 'ready',
    'pending_upstream', 'forbidden', 'gone', 'no_space', 'failed')),
  -- The newest version on the volume.
  version integer,
  upstream_version integer,
  upstream_updated_at timestamptz,
  licence text,
  checked_at timestamptz,
  -- The last check failed: what is served may be older than what Kaggle has.
  stale boolean NOT NULL DEFAULT false,
  -- A problem (RFC 9457).
  last_error jsonb,
  UNIQUE (owner, slug)
);

ALTER TABLE datasets
  ADD COLUMN IF NOT EXISTS mirror_ref text COLLATE "C" REFERENCES mirrors (ref),
  ADD COLUMN IF NOT EXISTS pinned_version integer;
CREATE INDEX IF NOT EXISTS datasets_mirror_ref ON datasets (mirror_ref) WHERE mirror_ref IS NOT NULL;

CREATE TABLE IF NOT EXISTS versions (
  id serial PRIMARY KEY,
  mirror_id integer NOT NULL REFERENCES mirrors ON DELETE CASCADE,
  number integer NOT NULL CHECK (number > 0),
  state text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'removed')),
  total_bytes bigint NOT NULL,
  file_count integer NOT NULL,
  -- Over the lines of SHA256SUMS.
  tree_sha256 bytea NOT NULL,
  notes text,
  -- On Kaggle; fetched_at is when it came to the volume.
  created_at timestamptz,
  fetched_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (mirror_id, number)
);

CREATE TABLE IF NOT EXISTS files (
  version_id integer NOT NULL REFERENCES versions ON DELETE CASCADE,
  path text COLLATE "C" NOT NULL,
  size bigint NOT NULL,
  sha256 bytea NOT NULL,
  -- Unsigned 32 bits, as zip stores it.
  crc32 bigint NOT NULL,
  media_type text NOT NULL,
  PRIMARY KEY (version_id, path)
);

-- One row for each requested or scheduled run over a mirror; also the work queue.
CREATE TABLE IF NOT EXISTS syncs (
  id serial PRIMARY KEY,
  mirror_id integer NOT NULL REFERENCES mirrors ON DELETE CASCADE,
  -- Who asked; null when it was the schedule, or the dataset is gone.
  dataset_id integer REFERENCES datasets ON DELETE SET NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  phase text CHECK (phase IN ('check', 'download', 'verify', 'extract', 'publish', 'record')),
  bytes_done bigint NOT NULL DEFAULT 0,
  bytes_total bigint,
  attempts integer NOT NULL DEFAULT 0,
  requested_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  error jsonb,
  -- Whoever holds the lease works on it; each new holder has a higher fence, and writes only under its own.
  lease_until timestamptz,
  fence integer NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS syncs_one_active ON syncs (mirror_id) WHERE state IN ('queued', 'running');
CREATE INDEX IF NOT EXISTS syncs_mirror_id ON syncs (mirror_id, id);
CREATE INDEX IF NOT EXISTS syncs_dataset_id ON syncs (dataset_id, id);
