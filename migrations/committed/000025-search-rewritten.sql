--! Previous: sha1:75bd63e47b72823f545b4961fd7bb0afba1e1ea1
--! Hash: sha1:6f38f04e8e997ea62548906dd7112d6433194435
--! Message: search-rewritten
--! AllowInvalidHash

--! no-transaction
-- Documents from before are written again, in transactions of about 50 ms, as a client that writes one waits for its
-- transaction. One that somebody writes now is left out. An index gets the words of many documents at a time, and
-- the more of them it gathers, the longer a transaction takes that has to add them.
DO $$
DECLARE
  last bigint := 0;
  ids bigint[];
  most integer := 20;
  began timestamptz;
BEGIN
  SET gin_pending_list_limit = '256kB';
  LOOP
    began := clock_timestamp();
    ids := ARRAY(SELECT id FROM search_documents WHERE id > last ORDER BY id LIMIT most);
    EXIT WHEN cardinality(ids) = 0;
    UPDATE search_documents SET name = name || '', keywords = keywords || '{}'::text[], formats = formats || '{}'::text[]
    WHERE id IN (SELECT id FROM search_documents WHERE id = ANY(ids) FOR NO KEY UPDATE SKIP LOCKED);
    COMMIT;
    last := ids[cardinality(ids)];
    most := CASE WHEN clock_timestamp() - began > interval '50 ms' THEN greatest(most / 2, 5) ELSE least(most + 5, 1000) END;
  END LOOP;
  RESET gin_pending_list_limit;
END $$;
