--! Previous: sha1:6ef424a0cd4b7c75253fa5e41c38960a57d2b965
--! Hash: sha1:71ed16187d7f6c004ec5890b430f917b4d78518c
--! Message: sync-traceparent

-- The trace in which a sync was asked for (W3C Trace Context, traceparent): its work belongs to that trace.
ALTER TABLE syncs ADD COLUMN IF NOT EXISTS traceparent text;
