--! Previous: sha1:64aa21145f9126365019df6f9143f7bd78466f27
--! Hash: sha1:e4a8d09cca5ca13c3de7379b3b19284f367a8cde
--! Message: mirror-counts

-- Mirrors in each state, kept by triggers: to count a million takes longer than the page next to it. Each transaction
-- adds to a row that no other one holds, so that nobody waits; the rows of a state are added up.
CREATE TABLE IF NOT EXISTS mirror_counts (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  state text NOT NULL,
  count bigint NOT NULL
) WITH (fillfactor = 20);

CREATE OR REPLACE FUNCTION mirror_counts_add(state_added text, added bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE mirror_counts SET count = count + added WHERE id = (
    SELECT id FROM mirror_counts WHERE state = state_added ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED);
  IF NOT FOUND THEN INSERT INTO mirror_counts (state, count) VALUES (state_added, added); END IF;
END $$;

CREATE OR REPLACE FUNCTION mirrors_counted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  CASE TG_OP
    WHEN 'INSERT' THEN
      PERFORM mirror_counts_add(state, count(*)) FROM added GROUP BY state;
    WHEN 'DELETE' THEN
      PERFORM mirror_counts_add(state, -count(*)) FROM gone GROUP BY state;
    WHEN 'UPDATE' THEN
      PERFORM mirror_counts_add(state, sum(one)::bigint)
        FROM (SELECT state, 1 AS one FROM added UNION ALL SELECT state, -1 FROM gone) AS moved
        GROUP BY state HAVING sum(one) <> 0;
    ELSE
      DELETE FROM mirror_counts;
  END CASE;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS counted_insert ON mirrors;
CREATE TRIGGER counted_insert AFTER INSERT ON mirrors REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION mirrors_counted();
DROP TRIGGER IF EXISTS counted_update ON mirrors;
CREATE TRIGGER counted_update AFTER UPDATE ON mirrors REFERENCING OLD TABLE AS gone NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION mirrors_counted();
DROP TRIGGER IF EXISTS counted_delete ON mirrors;
CREATE TRIGGER counted_delete AFTER DELETE ON mirrors REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION mirrors_counted();
DROP TRIGGER IF EXISTS counted_truncate ON mirrors;
CREATE TRIGGER counted_truncate AFTER TRUNCATE ON mirrors FOR EACH STATEMENT EXECUTE FUNCTION mirrors_counted();
