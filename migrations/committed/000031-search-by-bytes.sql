--! Previous: sha1:b056ac4da3a9d4018245d3edf74e0763ec740b83
--! Hash: sha1:ec37212a66780f2c32e9ffd1a4417d854834f693
--! Message: search-by-bytes

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_bytes ON search_documents (coalesce(bytes, -1) DESC, id);
