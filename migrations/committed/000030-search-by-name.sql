--! Previous: sha1:9269f14e644fe8bae4d5b6cc970c8dfe45f27567
--! Hash: sha1:cd4a585cac75e951722bef954d65aada4b688b54
--! Message: search-by-name

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_name ON search_documents (left(name, 200), id);
