--! Previous: sha1:35b61d3da4f1f6db922bf401a29d9d9c1cb02052
--! Hash: sha1:a8713f545fe90f0cf47b36880a3e40113ae78745
--! Message: sync-version

-- The version that a sync recorded last; null: none. No foreign key: a version is deleted with its mirror, as its syncs are.
ALTER TABLE syncs ADD COLUMN IF NOT EXISTS version_id integer;
