--! Previous: sha1:13f45ec1ef838562612e2edc2c68087eced221e3
--! Hash: sha1:cfc56160b560cfc0da68fe61cb8b00cb540eff40
--! Message: tables-open

--! no-transaction
-- Whether a version has tables that have not ended.
CREATE INDEX CONCURRENTLY IF NOT EXISTS tables_open ON tables (version_id) WHERE state IN ('waiting', 'converting');
