--! Previous: sha1:36707a62b13e4861316096e46e9924cf16070324
--! Hash: sha1:f8d2c3aef7ca96010ef1df0fff62e281e5a44c0f
--! Message: reserved-space

-- Bytes of the volume that a running sync has yet to write. They count until its lease ends.
ALTER TABLE syncs ADD COLUMN IF NOT EXISTS reserved_bytes bigint NOT NULL DEFAULT 0;
