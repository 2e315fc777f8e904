--! Previous: sha1:71ed16187d7f6c004ec5890b430f917b4d78518c
--! Hash: sha1:d9baee6b41809508591ab81abf76c1a6cbb8eacf
--! Message: version-readers

-- Who reads a version: an API process with a download of it going on. Its files stay until no one does.
CREATE TABLE IF NOT EXISTS version_readers (
  version_id integer NOT NULL REFERENCES versions ON DELETE CASCADE,
  reader uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (version_id, reader)
);
