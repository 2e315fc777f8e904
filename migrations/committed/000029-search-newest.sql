--! Previous: sha1:1c3da2e37b9397b6a3f2aa2311dc0a11efa360d9
--! Hash: sha1:9269f14e644fe8bae4d5b6cc970c8dfe45f27567
--! Message: search-newest

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_newest ON search_documents (updated_at DESC, id);
