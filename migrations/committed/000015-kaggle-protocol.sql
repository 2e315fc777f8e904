--! Previous: sha1:5f649c1a48074187f005d5194325b8ed6243c490
--! Hash: sha1:e460ac65998cee440d885811e3a872cc3bba5555
--! Message: kaggle-protocol

-- Must be idempotent: it is run again at each change until it is committed.



-- Secrets that the instances of the API share: the key of signed downloads unless one is configured.
CREATE TABLE IF NOT EXISTS secrets (
  name text PRIMARY KEY,
  value bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Kaggle's clients compare downloads with an md5. Null: of a version from before, until --verify.
ALTER TABLE files ADD COLUMN IF NOT EXISTS md5 bytea;
-- Of the zip of all files, and of which tree: a release that does not know of it may replace the version.
ALTER TABLE versions
  ADD COLUMN IF NOT EXISTS archive_md5 bytea,
  ADD COLUMN IF NOT EXISTS archive_of bytea;
