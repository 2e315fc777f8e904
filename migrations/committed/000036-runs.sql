--! Previous: sha1:f36bf3005f4e2ea5831503d87496c8e105e0d138
--! Hash: sha1:36707a62b13e4861316096e46e9924cf16070324
--! Message: runs

-- Runs of many processes: what belongs to one is queued once, and ends once.
CREATE TABLE IF NOT EXISTS runs (
  id text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  -- All of its syncs are queued.
  queued_at timestamptz,
  -- A worker has begun to sweep for it.
  swept_at timestamptz,
  -- A worker has told how it went.
  finished_at timestamptz
);

-- A sync that a request or another run queued is of this run too.
CREATE TABLE IF NOT EXISTS run_syncs (
  run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
  mirror_id integer NOT NULL,
  sync_id integer NOT NULL REFERENCES syncs ON DELETE CASCADE,
  PRIMARY KEY (run_id, mirror_id)
);
CREATE INDEX IF NOT EXISTS run_syncs_sync_id ON run_syncs (sync_id, run_id);
