--! Previous: sha1:e262addce906abd153382dacff901e8a3e75dacc
--! Hash: sha1:d751d2a9f2ecdb60f40c438d75ed80265e9ebb66
--! Message: search

-- Search: a document for each dataset, and for each file, table and column of the newest version of a mirror.
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'The extension pg_trgm is missing, and this role is not allowed to create it. Run CREATE EXTENSION pg_trgm in the database % as its owner or as a superuser. Then run the migrations again.', current_database();
  WHEN feature_not_supported OR undefined_file THEN
    RAISE EXCEPTION 'The PostgreSQL server does not have the extension pg_trgm. Install its contrib package. Then run the migrations again.';
END $$;

CREATE TABLE IF NOT EXISTS search_documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('dataset', 'file', 'table', 'column')),
  -- Of a dataset alone: the others are found by every dataset that names the mirror.
  dataset_id integer UNIQUE REFERENCES datasets ON DELETE CASCADE,
  mirror_id integer REFERENCES mirrors ON DELETE CASCADE,
  path text,
  table_name text,
  column_name text,
  -- Of path, table and column: paths are too long for an index.
  place uuid,
  name text COLLATE "C" NOT NULL,
  title text NOT NULL,
  subtitle text,
  -- What snippets are cut from.
  about text,
  owner text,
  licence text,
  keywords text[] NOT NULL DEFAULT '{}',
  formats text[] NOT NULL DEFAULT '{}',
  -- Of a dataset's mirror.
  state text,
  rows bigint,
  bytes bigint,
  updated_at timestamptz NOT NULL,
  -- What is ranked: short, so that ten thousand of them are read in little time.
  lead tsvector NOT NULL,
  -- What is found.
  words tsvector NOT NULL,
  UNIQUE (mirror_id, kind, place)
-- States change often, in the page where the row is. Long columns leave the row, so that the others lie close together.
) WITH (fillfactor = 85, toast_tuple_target = 512);
ALTER TABLE search_documents ALTER COLUMN lead SET STORAGE MAIN;

-- The words of the documents as they are spelled there, for those that are misspelt or half typed in a query.
CREATE TABLE IF NOT EXISTS search_words (word text COLLATE "C" PRIMARY KEY);

-- PostgreSQL's parser would take `a-b.csv` for a host, and drop what looks like a tag.
CREATE OR REPLACE FUNCTION search_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT replace(replace(replace(replace(replace(replace(replace(replace(coalesce(value, ''), '.', ' '), '/', ' '), '-', ' '), '_', ' '), '@', ' '), '~', ' '), '+', ' '), '<', ' ')
$$;
-- Names also by their parts: `bodyMass` is body and mass.
CREATE OR REPLACE FUNCTION search_name(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT search_text(value) || CASE WHEN value ~ '[a-z0-9][A-Z]'
    THEN ' ' || search_text(regexp_replace(value, '([a-z0-9])([A-Z])', '\1 \2', 'g')) ELSE '' END
$$;

CREATE OR REPLACE VIEW search_datasets AS
SELECT d.id AS dataset_id, m.id AS mirror_id, d.name, coalesce(said.title, d.name) AS title, said.subtitle,
  nullif(concat_ws(E'\n\n', d.description, said.about), '') AS about, m.owner, m.licence, said.keywords,
  coalesce(file_names.formats, '{}') AS formats, m.state, table_names.rows, v.total_bytes AS bytes,
  coalesce(m.upstream_updated_at, v.created_at, d.updated_at) AS updated_at,
  search_name(concat_ws(' ', d.name, said.title)) AS a,
  search_name(concat_ws(' ', said.subtitle, array_to_string(said.keywords, ' '), said.owner, d.mirror_ref)) AS b,
  search_text(concat_ws(' ', d.description, said.about)) AS c,
  search_name(concat_ws(' ', file_names.names, described.said, table_names.names)) AS d
FROM datasets d
LEFT JOIN mirrors m ON m.ref = d.mirror_ref
LEFT JOIN versions v ON v.mirror_id = m.id AND v.number = coalesce(d.pinned_version, m.version) AND v.state = 'ready'
LEFT JOIN mirror_metadata of_mirror ON of_mirror.mirror_id = m.id
LEFT JOIN version_metadata of_version ON of_version.version_id = v.id
-- A pinned version is described as it was, all others as they are.
CROSS JOIN LATERAL (
  SELECT CASE WHEN d.pinned_version IS NULL THEN of_mirror.description ELSE of_version.description END AS better,
    CASE WHEN d.pinned_version IS NULL THEN of_version.description ELSE of_mirror.description END AS other
) texts
CROSS JOIN LATERAL (
  SELECT coalesce(better->>'title', other->>'title') AS title, coalesce(better->>'subtitle', other->>'subtitle') AS subtitle,
    coalesce(better->>'description', other->>'description') AS about,
    coalesce(better->'owner'->>'name', other->'owner'->>'name') AS owner,
    ARRAY(SELECT jsonb_array_elements_text(
      coalesce(nullif(better->'keywords', '[]'), other->'keywords', '[]'))) AS keywords
) said
LEFT JOIN LATERAL (
  SELECT left(string_agg(path, ' '), 60000) AS names,
    (array_agg(DISTINCT format) FILTER (WHERE format IS NOT NULL))[:20] AS formats
  FROM (SELECT path, lower(substring(path FROM '\.([A-Za-z0-9]{1,10})(?:\.gz)?$')) AS format
    FROM files WHERE version_id = v.id ORDER BY path LIMIT 2000) first
) file_names ON true
LEFT JOIN LATERAL (
  SELECT left(string_agg(concat_ws(' ', description, columns), ' '), 20000) AS said
  FROM (SELECT description, (SELECT string_agg(one->>'description', ' ') FROM jsonb_array_elements(columns) one) AS columns
    FROM described_files WHERE version_id = v.id ORDER BY path LIMIT 200) first
) described ON true
LEFT JOIN LATERAL (
  SELECT left(string_agg(concat_ws(' ', name, part, columns), ' '), 60000) AS names, sum(rows)::bigint AS rows
  FROM (SELECT name, part, rows, (SELECT string_agg(one->>'name', ' ') FROM jsonb_array_elements(schema) one) AS columns
    FROM tables WHERE version_id = v.id AND state = 'ready' ORDER BY name LIMIT 500) first
) table_names ON true;

CREATE OR REPLACE VIEW search_items AS
SELECT m.id AS mirror_id, item.kind, item.path, item.table_name, item.column_name,
  md5(concat_ws(E'\n', item.path, item.table_name, item.column_name))::uuid AS place, item.name, item.about, m.owner,
  m.licence,
  ARRAY(SELECT jsonb_array_elements_text(
    coalesce(nullif(of_mirror.description->'keywords', '[]'), of_version.description->'keywords', '[]'))) AS keywords,
  CASE WHEN item.format IS NULL THEN '{}' ELSE ARRAY[item.format] END AS formats, item.rows, item.bytes,
  coalesce(m.upstream_updated_at, v.created_at, v.fetched_at) AS updated_at
FROM mirrors m
JOIN versions v ON v.mirror_id = m.id AND v.number = m.version AND v.state = 'ready'
LEFT JOIN mirror_metadata of_mirror ON of_mirror.mirror_id = m.id
LEFT JOIN version_metadata of_version ON of_version.version_id = v.id
CROSS JOIN LATERAL (
  (SELECT 'file' AS kind, files.path, NULL AS table_name, NULL AS column_name, files.path AS name,
    described_files.description AS about, lower(substring(files.path FROM '\.([A-Za-z0-9]{1,10})(?:\.gz)?$')) AS format,
    NULL::bigint AS rows, files.size AS bytes
  FROM files LEFT JOIN described_files USING (version_id, path)
  WHERE files.version_id = v.id ORDER BY files.path LIMIT 2000)
  UNION ALL
  (SELECT 'table', tables.path, tables.name, NULL, tables.name, described_files.description, tables.format, tables.rows,
    tables.source_bytes
  FROM tables LEFT JOIN described_files USING (version_id, path)
  WHERE tables.version_id = v.id AND tables.state = 'ready' ORDER BY tables.name LIMIT 500)
  UNION ALL
  (SELECT 'column', t.path, t.name, one.name, one.name, said.description, t.format, t.rows, t.source_bytes
  FROM (SELECT * FROM tables WHERE version_id = v.id AND state = 'ready' ORDER BY name LIMIT 500) t
  CROSS JOIN LATERAL (
    SELECT value->>'name' AS name, coalesce(value->>'original_name', value->>'name') AS original_name, place
    FROM jsonb_array_elements(t.schema) WITH ORDINALITY AS columns (value, place)
  ) one
  LEFT JOIN LATERAL (
    SELECT value->>'description' AS description FROM described_files f, jsonb_array_elements(f.columns) value
    WHERE f.version_id = v.id AND f.path = t.path AND t.part IS NULL
      AND lower(value->>'name') = lower(one.original_name) LIMIT 1
  ) said ON true
  ORDER BY t.name, one.place LIMIT 2000)
) item;

-- New words of texts, in one order, so that two writers do not wait for each other in a circle.
CREATE OR REPLACE FUNCTION search_learn(texts text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO search_words (word)
  SELECT said.word FROM (
    SELECT DISTINCT word COLLATE "C" AS word
    FROM unnest(texts) one, unnest(tsvector_to_array(to_tsvector('simple', left(one, 200000)))) word
  ) said
  WHERE length(said.word) BETWEEN 3 AND 40 AND said.word !~ '[0-9]'
    AND NOT EXISTS (SELECT FROM search_words known WHERE known.word = said.word)
  ORDER BY said.word ON CONFLICT DO NOTHING
$$;

CREATE OR REPLACE FUNCTION search_refresh_datasets(ids integer[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  texts text[];
BEGIN
  WITH source AS MATERIALIZED (
    SELECT *, setweight(to_tsvector('english', left(a, 1000)), 'A') || setweight(to_tsvector('english', left(b, 5000)), 'B')
        AS head, setweight(to_tsvector('english', c), 'C') AS body
    FROM search_datasets WHERE dataset_id = ANY(ids)
  ), written AS (
    INSERT INTO search_documents (kind, dataset_id, mirror_id, name, title, subtitle, about, owner, licence, keywords,
      formats, state, rows, bytes, updated_at, lead, words)
    SELECT 'dataset', dataset_id, mirror_id, name, title, subtitle, left(about, 8000), owner, licence, keywords, formats,
      state, rows, bytes, updated_at,
      head || CASE WHEN length(c) <= 400 THEN body ELSE setweight(to_tsvector('english', left(c, 400)), 'C') END,
      head || body || setweight(to_tsvector('english', d), 'D')
    FROM source ORDER BY dataset_id
    ON CONFLICT (dataset_id) DO UPDATE SET mirror_id = excluded.mirror_id, name = excluded.name, title = excluded.title,
      subtitle = excluded.subtitle, about = excluded.about, owner = excluded.owner, licence = excluded.licence,
      keywords = excluded.keywords, formats = excluded.formats, state = excluded.state, rows = excluded.rows,
      bytes = excluded.bytes, updated_at = excluded.updated_at, lead = excluded.lead, words = excluded.words
  )
  SELECT array_agg(concat_ws(' ', a, b, left(c, 10000), d)) INTO texts FROM source;
  PERFORM search_learn(texts);
END $$;

-- Files, tables and columns are found as long as a dataset names the mirror.
CREATE OR REPLACE FUNCTION search_refresh_items(mirror integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  texts text[];
BEGIN
  WITH source AS MATERIALIZED (
    SELECT DISTINCT ON (kind, place) * FROM search_items
    WHERE mirror_id = mirror AND EXISTS (
      SELECT FROM datasets JOIN mirrors ON mirror_ref = ref WHERE mirrors.id = mirror)
    ORDER BY kind, place
  ), gone AS (
    DELETE FROM search_documents known WHERE mirror_id = mirror AND kind <> 'dataset'
      AND NOT EXISTS (SELECT FROM source WHERE source.kind = known.kind AND source.place = known.place)
  ), written AS (
    INSERT INTO search_documents (kind, mirror_id, path, table_name, column_name, place, name, title, about, owner,
      licence, keywords, formats, rows, bytes, updated_at, lead, words)
    SELECT kind, mirror_id, path, table_name, column_name, place, name, name, left(about, 8000), owner, licence, keywords,
      formats, rows, bytes, updated_at,
      setweight(to_tsvector('english', left(search_name(name), 1000)), 'A')
        || setweight(to_tsvector('english', left(search_text(about), 400)), 'C'),
      setweight(to_tsvector('english', search_name(name)), 'A') || setweight(to_tsvector('english', search_text(about)), 'C')
    FROM source ORDER BY kind, place
    ON CONFLICT (mirror_id, kind, place) DO UPDATE SET about = excluded.about, owner = excluded.owner,
      licence = excluded.licence, keywords = excluded.keywords, formats = excluded.formats, rows = excluded.rows,
      bytes = excluded.bytes, updated_at = excluded.updated_at, lead = excluded.lead, words = excluded.words
    WHERE (search_documents.about, search_documents.licence, search_documents.keywords, search_documents.rows,
        search_documents.bytes, search_documents.updated_at)
      IS DISTINCT FROM (excluded.about, excluded.licence, excluded.keywords, excluded.rows, excluded.bytes,
        excluded.updated_at)
  )
  SELECT array_agg(concat_ws(' ', search_name(name), search_text(about))) INTO texts FROM source;
  PERFORM search_learn(texts);
END $$;

CREATE OR REPLACE FUNCTION search_refresh_mirror(mirror integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Of two that change parts of one mirror the second sees what the first did.
  PERFORM FROM mirrors WHERE id = mirror FOR NO KEY UPDATE;
  PERFORM search_refresh_datasets(ARRAY(SELECT datasets.id FROM datasets JOIN mirrors ON mirror_ref = ref WHERE mirrors.id = mirror));
  PERFORM search_refresh_items(mirror);
END $$;

-- What the process writes is the process's right; what follows from it for the search is ours.
CREATE OR REPLACE FUNCTION search_datasets_added() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
BEGIN
  PERFORM search_refresh_datasets(ARRAY(SELECT id FROM added));
  PERFORM search_refresh_items(id) FROM mirrors
    WHERE version IS NOT NULL AND ref IN (SELECT mirror_ref FROM added)
      AND NOT EXISTS (SELECT FROM search_documents WHERE mirror_id = mirrors.id AND kind <> 'dataset');
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
      PERFORM search_refresh_items(id) FROM mirrors WHERE ref = NEW.mirror_ref AND version IS NOT NULL
        AND NOT EXISTS (SELECT FROM search_documents WHERE mirror_id = mirrors.id AND kind <> 'dataset');
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_mirror_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
BEGIN
  IF (OLD.version, OLD.licence, OLD.upstream_updated_at) IS DISTINCT FROM (NEW.version, NEW.licence, NEW.upstream_updated_at)
  THEN PERFORM search_refresh_mirror(NEW.id);
  ELSE UPDATE search_documents SET state = mirrors.state FROM mirrors
    WHERE mirrors.id = NEW.id AND mirror_id = NEW.id AND kind = 'dataset';
  END IF;
  RETURN NULL;
END $$;

-- A table is found when all tables of its version have ended.
CREATE OR REPLACE FUNCTION search_table_ended() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
DECLARE
  mirror integer := (SELECT mirror_id FROM versions WHERE id = OLD.version_id);
BEGIN
  PERFORM FROM mirrors WHERE id = mirror FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM tables WHERE version_id = OLD.version_id AND state IN ('waiting', 'converting'))
  THEN PERFORM search_refresh_mirror(mirror); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_described() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET client_min_messages = error AS $$
BEGIN
  -- Counts are not searched.
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'mirror_metadata'
    AND OLD.description - ARRAY['usability', 'views', 'downloads', 'votes', 'notebooks', 'discussions', 'image_url']
      IS NOT DISTINCT FROM
      NEW.description - ARRAY['usability', 'views', 'downloads', 'votes', 'notebooks', 'discussions', 'image_url']
  THEN RETURN NULL; END IF;
  PERFORM search_refresh_mirror(CASE TG_TABLE_NAME WHEN 'mirror_metadata' THEN (to_jsonb(NEW)->>'mirror_id')::integer
    ELSE (SELECT mirror_id FROM versions WHERE id = (to_jsonb(NEW)->>'version_id')::integer) END);
  RETURN NULL;
END $$;

-- Deferred, so that documents are locked last, when nothing else will be.
CREATE OR REPLACE TRIGGER search_added AFTER INSERT ON datasets
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_datasets_added();
DROP TRIGGER IF EXISTS search_changed ON datasets;
CREATE CONSTRAINT TRIGGER search_changed AFTER UPDATE OR DELETE ON datasets
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_dataset_changed();
DROP TRIGGER IF EXISTS search_changed ON mirrors;
CREATE CONSTRAINT TRIGGER search_changed AFTER UPDATE ON mirrors
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.version, OLD.licence, OLD.upstream_updated_at)
    IS DISTINCT FROM (NEW.state, NEW.version, NEW.licence, NEW.upstream_updated_at))
  EXECUTE FUNCTION search_mirror_changed();
DROP TRIGGER IF EXISTS search_ended ON tables;
CREATE CONSTRAINT TRIGGER search_ended AFTER UPDATE ON tables
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('ready', 'failed'))
  EXECUTE FUNCTION search_table_ended();
DROP TRIGGER IF EXISTS search_dropped ON tables;
CREATE CONSTRAINT TRIGGER search_dropped AFTER DELETE ON tables
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state = 'converting')
  EXECUTE FUNCTION search_table_ended();
DROP TRIGGER IF EXISTS search_described ON mirror_metadata;
CREATE CONSTRAINT TRIGGER search_described AFTER INSERT OR UPDATE ON mirror_metadata
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_described();
DROP TRIGGER IF EXISTS search_described ON version_metadata;
CREATE CONSTRAINT TRIGGER search_described AFTER INSERT OR UPDATE ON version_metadata
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION search_described();
