--! Previous: sha1:d2446230bbbffe1cae7efb4b3366d3b582509583
--! Hash: sha1:d30d74392ebad3fee2cf93974b0ad60f51b6e553
--! Message: metadata

-- What Kaggle says of its datasets. `description` is parsed, `received` are the bodies as they came.
CREATE TABLE IF NOT EXISTS mirror_metadata (
  mirror_id integer PRIMARY KEY REFERENCES mirrors ON DELETE CASCADE,
  -- Of the last check.
  description jsonb NOT NULL,
  received text,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS version_metadata (
  version_id integer PRIMARY KEY REFERENCES versions ON DELETE CASCADE,
  -- As it was when the version came; null: it could not be fetched.
  description jsonb,
  received text[],
  received_at timestamptz NOT NULL DEFAULT now(),
  -- How often it could not be fetched.
  attempts integer NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS described_files (
  version_id integer NOT NULL REFERENCES versions ON DELETE CASCADE,
  path text COLLATE "C" NOT NULL,
  description text,
  -- Of each: name, type, description.
  columns jsonb NOT NULL,
  PRIMARY KEY (version_id, path)
);
