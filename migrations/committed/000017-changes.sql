--! Previous: sha1:4d50ab33e179ebe98fbc86573e5e06e5f06fb4ad
--! Hash: sha1:0157689e098569118ec039ea9d4e11631a4b3cdc
--! Message: changes

-- What changed, for those who follow it. A row is written by the transaction that changes the thing itself.
CREATE SEQUENCE IF NOT EXISTS changes_ids;
CREATE TABLE IF NOT EXISTS changes (
  id bigint PRIMARY KEY,
  type text NOT NULL,
  -- datasets/4 or mirrors/owner/slug
  subject text COLLATE "C" NOT NULL,
  time timestamptz NOT NULL DEFAULT clock_timestamp(),
  dataset_ids integer[] NOT NULL,
  -- A row of datasets, or ref, version and error of a mirror.
  data json NOT NULL
);

-- The last change that was deleted: whoever read less than that has missed some. One row at most.
CREATE TABLE IF NOT EXISTS changes_pruned (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id bigint NOT NULL
);

-- Up to which id all changes are committed or never will be. Who writes changes holds a shared advisory lock, whose number
-- is below all ids that it draws (shared/data/changes.ts). The newest id is read before the locks.
CREATE OR REPLACE FUNCTION changes_horizon() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  newest bigint := coalesce(pg_sequence_last_value('changes_ids'), 0);
  behind bigint;
BEGIN
  SELECT max(mod(mod(newest - objid::bigint, 2147483648) + 2147483648, 2147483648)) INTO behind FROM pg_locks
  WHERE locktype = 'advisory' AND classid = 1667788903 AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
  RETURN newest - coalesce(behind, 0);
END $$;

-- When the last of its tables ended, which is told once.
ALTER TABLE versions ADD COLUMN IF NOT EXISTS tables_ended_at timestamptz;
UPDATE versions SET tables_ended_at = now()
WHERE tables_ended_at IS NULL AND tables_found_by IS NOT NULL AND NOT EXISTS (
  SELECT FROM tables WHERE version_id = versions.id AND state IN ('waiting', 'converting'));
CREATE INDEX IF NOT EXISTS versions_tables_open ON versions (id) WHERE tables_ended_at IS NULL AND state = 'ready';

-- The type of the problem that the last mirror.failed told; null when the mirror has recovered.
ALTER TABLE mirrors ADD COLUMN IF NOT EXISTS told_failure text;

-- Told after the commit from now on: to notify takes a lock of the whole database until then.
DROP TRIGGER IF EXISTS syncs_notify ON syncs;
