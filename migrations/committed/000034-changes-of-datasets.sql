--! Previous: sha1:6c7730c988272c170e84448a5eb532f5a9d0b0d0
--! Hash: sha1:31a358c2e3314f21a68e1a068d4380811a251d63
--! Message: changes-of-datasets

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS changes_dataset_ids ON changes USING gin (dataset_ids);
