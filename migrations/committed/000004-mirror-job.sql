--! Previous: sha1:1b546dd63e4066bea6efbd731777034102aa4883
--! Hash: sha1:6ef424a0cd4b7c75253fa5e41c38960a57d2b965
--! Message: mirror-job

-- What the mirror job needs.
ALTER TABLE mirrors
  -- Data that came with this project, under a ref that Kaggle does not know: never checked there.
  ADD COLUMN IF NOT EXISTS sample boolean NOT NULL DEFAULT false;

ALTER TABLE versions
  ADD COLUMN IF NOT EXISTS removed_at timestamptz,
  -- When the files were last compared with their sums.
  ADD COLUMN IF NOT EXISTS verified_at timestamptz NOT NULL DEFAULT now(),
  -- The files are not what they were: the next sync fetches them again.
  ADD COLUMN IF NOT EXISTS damaged boolean NOT NULL DEFAULT false;

-- Fences grow over all syncs, so that they can name working folders.
CREATE SEQUENCE IF NOT EXISTS sync_fences AS integer;

CREATE INDEX IF NOT EXISTS syncs_waiting ON syncs (id) WHERE state IN ('queued', 'running');
CREATE INDEX IF NOT EXISTS syncs_state ON syncs (state, id);
CREATE INDEX IF NOT EXISTS mirrors_state ON mirrors (state, ref);

CREATE OR REPLACE FUNCTION notify_syncs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('syncs', '');
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER syncs_notify AFTER INSERT ON syncs FOR EACH STATEMENT EXECUTE FUNCTION notify_syncs();
