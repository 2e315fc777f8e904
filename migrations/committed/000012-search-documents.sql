--! Previous: sha1:d751d2a9f2ecdb60f40c438d75ed80265e9ebb66
--! Hash: sha1:a1f3cc3f5a2c48a000747c92c4840dab80ddfa97
--! Message: search-documents

--! no-transaction
-- Documents of what was there before them. Each thousand is a transaction, so that nobody waits for the whole of it.
DO $$
DECLARE
  last integer := 0;
  ids integer[];
BEGIN
  LOOP
    ids := ARRAY(SELECT id FROM datasets WHERE id > last ORDER BY id LIMIT 1000);
    EXIT WHEN cardinality(ids) = 0;
    PERFORM search_refresh_datasets(ids);
    COMMIT;
    last := ids[cardinality(ids)];
  END LOOP;
  last := 0;
  LOOP
    SELECT id INTO last FROM mirrors WHERE id > last AND version IS NOT NULL ORDER BY id LIMIT 1;
    EXIT WHEN NOT FOUND;
    PERFORM search_refresh_items(last);
    COMMIT;
  END LOOP;
END $$;
