--! Previous: sha1:49b66cdfbbb377cb98123e584a7acb44cf616ca9
--! Hash: sha1:75bd63e47b72823f545b4961fd7bb0afba1e1ea1
--! Message: search-in-the-row

-- What ten thousand matches are counted and sorted by stays in the row: next to a long `lead` each short text was stored apart.
ALTER TABLE search_documents ALTER COLUMN name SET STORAGE MAIN, ALTER COLUMN owner SET STORAGE MAIN,
  ALTER COLUMN licence SET STORAGE MAIN, ALTER COLUMN keywords SET STORAGE MAIN, ALTER COLUMN formats SET STORAGE MAIN;

-- What documents are filtered by, of which an index holds the first 200 characters each: it takes none of some kilobytes.
CREATE OR REPLACE FUNCTION search_values(VARIADIC texts text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT ARRAY(SELECT left(one, 200) FROM unnest(texts) one)
$$;
