--! Previous: sha1:15004ef4ae70e0cff8cafe3bc4c994b7c127ff80
--! Hash: sha1:e799759ac4893aac16b25119a9fcd6a637e62996
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
