--! Previous: sha1:f8d2c3aef7ca96010ef1df0fff62e281e5a44c0f
--! Hash: sha1:13f45ec1ef838562612e2edc2c68087eced221e3
--! Message: tables-unopened

--! no-transaction
-- Files whose parts are not known yet: tables of the same version wait for them.
CREATE INDEX CONCURRENTLY IF NOT EXISTS tables_unopened ON tables (version_id) WHERE part IS NULL AND format IN ('sqlite', 'xlsx') AND state IN ('waiting', 'converting');
