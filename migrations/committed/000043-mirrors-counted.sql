--! Previous: sha1:e4a8d09cca5ca13c3de7379b3b19284f367a8cde
--! Hash: sha1:3b43ad41b3e81c4347d7a608079bd442576904f1
--! Message: mirrors-counted

-- Mirrors from before the triggers: what the triggers have counted meanwhile is in the same snapshot.
INSERT INTO mirror_counts (state, count)
SELECT state, sum(count) FROM (
  SELECT state, count(*) AS count FROM mirrors GROUP BY state
  UNION ALL SELECT state, -count FROM mirror_counts
) AS uncounted GROUP BY state HAVING sum(count) <> 0;
