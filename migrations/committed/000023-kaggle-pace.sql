--! Previous: sha1:3ad834c81ba799c266903a50005517ff3e92adac
--! Hash: sha1:49b66cdfbbb377cb98123e584a7acb44cf616ca9
--! Message: kaggle-pace

-- When Kaggle may be asked next for each method of its API, by all jobs together.
CREATE TABLE IF NOT EXISTS kaggle_pace (
  method text PRIMARY KEY,
  free_at timestamptz NOT NULL,
  -- Kaggle has asked for a pause: a short one, which jobs wait for, or a longer one, which they do not.
  paused_until timestamptz,
  closed_until timestamptz
);
