--! Previous: sha1:d30d74392ebad3fee2cf93974b0ad60f51b6e553
--! Hash: sha1:e262addce906abd153382dacff901e8a3e75dacc
--! Message: sync-rate

-- How fast the download of a sync goes, as its worker last measured it.
ALTER TABLE syncs ADD COLUMN IF NOT EXISTS bytes_per_second bigint;
