--! Previous: sha1:cd4a585cac75e951722bef954d65aada4b688b54
--! Hash: sha1:8ba148c5c674f76dec1eaf69ebfc7b2ce4d46b65
--! Message: search-by-bytes

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_bytes ON search_documents (coalesce(bytes, -1) DESC, id);
