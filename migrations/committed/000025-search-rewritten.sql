--! Previous: sha1:75bd63e47b72823f545b4961fd7bb0afba1e1ea1
--! Hash: sha1:6f38f04e8e997ea62548906dd7112d6433194435
--! Message: search-rewritten

--! no-transaction
-- Documents from before are written again. Each thousand is a transaction, and one that somebody writes now is left out.
DO $$
DECLARE
  last bigint := 0;
  ids bigint[];
BEGIN
  LOOP
    ids := ARRAY(SELECT id FROM search_documents WHERE id > last ORDER BY id LIMIT 1000);
    EXIT WHEN cardinality(ids) = 0;
    UPDATE search_documents SET name = name || '', keywords = keywords || '{}'::text[], formats = formats || '{}'::text[]
    WHERE id IN (SELECT id FROM search_documents WHERE id = ANY(ids) FOR NO KEY UPDATE SKIP LOCKED);
    COMMIT;
    last := ids[cardinality(ids)];
  END LOOP;
END $$;
