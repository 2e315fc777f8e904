--! Previous: sha1:3b43ad41b3e81c4347d7a608079bd442576904f1
--! Hash: sha1:73d08fa4c67fa53867cfccbabe2219cc7326c53f
--! Message: cheap-checks

-- What a check of an unchanged mirror costs, which is what a night mostly consists of.

-- Takes the next sync that waits. What a run has queued is not in the statistics yet: by these the planner expects next to
-- nothing to wait, and reads and sorts all that does, at each claim. Without sorting it walks an index.
CREATE OR REPLACE FUNCTION claim_sync(of_run text, of_refs text[], lease interval) RETURNS SETOF syncs LANGUAGE plpgsql
SET enable_sort = off AS $$
BEGIN
  RETURN QUERY
    WITH next AS MATERIALIZED (
      SELECT syncs.id FROM syncs
      WHERE state IN ('queued', 'running') AND (state = 'queued' OR lease_until < now())
        AND (of_refs IS NULL OR (SELECT ref FROM mirrors WHERE mirrors.id = mirror_id) = ANY(of_refs))
        AND (of_run IS NULL OR (SELECT TRUE FROM run_syncs WHERE sync_id = syncs.id AND run_id = of_run))
      ORDER BY syncs.id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE syncs SET state = 'running', fence = nextval('sync_fences'), reserved_bytes = 0, attempts = attempts + 1,
      started_at = coalesce(started_at, now()), lease_until = now() + lease
    FROM next WHERE syncs.id = next.id
    RETURNING syncs.*;
END $$;

-- Ends a sync under its fence whose check found everything as it was, with what Kaggle said; false when it is another
-- worker's by now. Mirror, then sync, each locked before it is updated (lockMirrors).
CREATE OR REPLACE FUNCTION end_unchanged(sync integer, sync_fence integer, mirror integer, upstream integer,
  updated timestamptz, licence_now text, described jsonb, body text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM mirrors WHERE id = mirror FOR NO KEY UPDATE;
  UPDATE syncs SET state = 'succeeded', error = NULL, finished_at = now(), lease_until = NULL, phase = NULL,
    bytes_per_second = NULL
  WHERE id = sync AND fence = sync_fence AND state IN ('running', 'succeeded');
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE mirrors SET state = 'ready', stale = false, last_error = NULL, checked_at = now(),
    upstream_version = upstream, upstream_updated_at = updated, licence = licence_now
  WHERE id = mirror;
  INSERT INTO mirror_metadata (mirror_id, description, received) VALUES (mirror, described, body)
  ON CONFLICT (mirror_id) DO UPDATE SET description = excluded.description, received = excluded.received,
    received_at = now();
  RETURN true;
END $$;

-- Few updates of mirrors change the state. A trigger with tables of what was and is cannot leave the others out.
CREATE OR REPLACE FUNCTION mirror_moved() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM mirror_counts_add(OLD.state, -1);
  PERFORM mirror_counts_add(NEW.state, 1);
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS counted_update ON mirrors;
CREATE TRIGGER counted_update AFTER UPDATE ON mirrors
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION mirror_moved();
