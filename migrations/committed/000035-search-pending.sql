--! Previous: sha1:8944fcedebc76c98611aeca9c7aea0749233b4c6
--! Hash: sha1:f36bf3005f4e2ea5831503d87496c8e105e0d138
--! Message: search-pending

-- Mirrors with very many files, tables and columns whose documents the job makes, after a dataset names them again.
CREATE TABLE IF NOT EXISTS search_pending (
  mirror_id integer PRIMARY KEY REFERENCES mirrors ON DELETE CASCADE,
  requested_at timestamptz NOT NULL DEFAULT now()
);

-- Up to 200 documents are made at once, of the first mirror that has no more. The others wait for the job.
CREATE OR REPLACE FUNCTION search_request_items(mirrors_named integer[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  at_once integer := (SELECT named.id FROM unnest(mirrors_named) AS named (id)
    WHERE (SELECT count(*) FROM (SELECT FROM search_items WHERE mirror_id = named.id LIMIT 201) AS counted) <= 200
    ORDER BY named.id LIMIT 1);
BEGIN
  IF at_once IS NOT NULL THEN PERFORM search_refresh_items(at_once); END IF;
  -- Not DO NOTHING: one that the job is about to finish did not see the dataset.
  INSERT INTO search_pending (mirror_id) SELECT named.id FROM unnest(mirrors_named) AS named (id)
    WHERE named.id IS DISTINCT FROM at_once ORDER BY named.id
  ON CONFLICT (mirror_id) DO UPDATE SET requested_at = now();
END $$;

-- Makes the documents of one mirror that waits; false when none does.
CREATE OR REPLACE FUNCTION search_catch_up() RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
DECLARE
  mirror integer;
BEGIN
  SELECT mirror_id INTO mirror FROM search_pending ORDER BY requested_at, mirror_id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF mirror IS NULL THEN RETURN false; END IF;
  PERFORM FROM mirrors WHERE id = mirror FOR NO KEY UPDATE;
  PERFORM search_refresh_items(mirror);
  DELETE FROM search_pending WHERE mirror_id = mirror;
  RETURN true;
END $$;

CREATE OR REPLACE FUNCTION search_datasets_added() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
BEGIN
  PERFORM search_refresh_datasets(ARRAY(SELECT id FROM added));
  PERFORM search_request_items(ARRAY(SELECT id FROM mirrors
    WHERE version IS NOT NULL AND ref IN (SELECT mirror_ref FROM added)
      AND NOT EXISTS (SELECT FROM search_documents WHERE mirror_id = mirrors.id AND kind <> 'dataset')));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_dataset_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
BEGIN
  -- What the mirror is like is read when nobody changes it, or the older state would be written last.
  PERFORM FROM mirrors WHERE ref = OLD.mirror_ref OR (TG_OP = 'UPDATE' AND ref = NEW.mirror_ref)
    ORDER BY ref FOR NO KEY UPDATE;
  IF TG_OP = 'UPDATE' THEN PERFORM search_refresh_datasets(ARRAY[NEW.id]); END IF;
  IF TG_OP = 'DELETE' OR OLD.mirror_ref IS DISTINCT FROM NEW.mirror_ref THEN
    PERFORM search_refresh_items(id) FROM mirrors
      WHERE ref = OLD.mirror_ref AND NOT EXISTS (SELECT FROM datasets WHERE mirror_ref = OLD.mirror_ref);
    IF TG_OP = 'UPDATE' THEN
      PERFORM search_request_items(ARRAY(SELECT id FROM mirrors WHERE ref = NEW.mirror_ref AND version IS NOT NULL
        AND NOT EXISTS (SELECT FROM search_documents WHERE mirror_id = mirrors.id AND kind <> 'dataset')));
    END IF;
  END IF;
  RETURN NULL;
END $$;
