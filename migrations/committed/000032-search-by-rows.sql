--! Previous: sha1:8ba148c5c674f76dec1eaf69ebfc7b2ce4d46b65
--! Hash: sha1:59e9b8c225a6bcb1f6fcaec56319803102a15cdb
--! Message: search-by-rows

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_rows ON search_documents (rows);
