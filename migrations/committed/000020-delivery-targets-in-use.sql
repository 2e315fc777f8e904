--! Previous: sha1:a8713f545fe90f0cf47b36880a3e40113ae78745
--! Hash: sha1:e7e25050c6e53b308399c3a456f50ac4ee4cb01e
--! Message: delivery-targets-in-use

-- When a job served this target last; null: not since this column is there.
ALTER TABLE delivery_targets ADD COLUMN IF NOT EXISTS seen_at timestamptz;
