--! Previous: sha1:e460ac65998cee440d885811e3a872cc3bba5555
--! Hash: sha1:4d50ab33e179ebe98fbc86573e5e06e5f06fb4ad
--! Message: batch

--! no-transaction
-- A batch finds datasets by addresses that are not Kaggle's, which may be longer than an entry of a btree.
CREATE INDEX CONCURRENTLY IF NOT EXISTS datasets_source_url ON datasets USING hash (source_url) WHERE mirror_ref IS NULL;
