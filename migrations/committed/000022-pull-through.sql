--! Previous: sha1:7131bdd6a9ee642073382c32365b744dd1dc4598
--! Hash: sha1:3ad834c81ba799c266903a50005517ff3e92adac
--! Message: pull-through

-- Must be idempotent: it is run again at each change until it is committed.

-- What clients of Kaggle asked for through the mirror. The row comes with the first request, and marks what was registered for it.
CREATE TABLE IF NOT EXISTS pulls (
  mirror_id integer PRIMARY KEY REFERENCES mirrors ON DELETE CASCADE,
  -- Who asked last: so many may wait for one caller.
  caller text NOT NULL,
  -- Asked for besides the newest, since the last check of Kaggle.
  versions integer[] NOT NULL DEFAULT '{}',
  -- Registered for it, by the job. One that was changed since is its changer's.
  dataset_ids integer[] NOT NULL DEFAULT '{}',
  -- Set aside for it on the volume.
  bytes bigint NOT NULL DEFAULT 0,
  -- To the hour.
  used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS pulls_caller ON pulls (caller);

-- The job removes what was registered for a client and nobody changed, and may delete no other dataset.
CREATE OR REPLACE FUNCTION evict_pulled(pulled integer) RETURNS SETOF datasets LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ids integer[];
BEGIN
  -- In the order of lockMirrors.
  SELECT array_agg(id) INTO ids FROM (
    SELECT datasets.id FROM datasets JOIN pulls ON datasets.id = ANY(dataset_ids)
    WHERE pulls.mirror_id = pulled AND row_version = 1 ORDER BY datasets.id FOR UPDATE OF datasets
  ) AS locked;
  PERFORM FROM mirrors WHERE id = pulled OR id IN (SELECT mirror_id FROM syncs WHERE dataset_id = ANY(ids))
    ORDER BY ref FOR NO KEY UPDATE;
  RETURN QUERY DELETE FROM datasets WHERE id = ANY(ids) RETURNING datasets.*;
END $$;
REVOKE ALL ON FUNCTION evict_pulled(integer) FROM PUBLIC;
