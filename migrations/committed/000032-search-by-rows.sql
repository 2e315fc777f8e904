--! Previous: sha1:ec37212a66780f2c32e9ffd1a4417d854834f693
--! Hash: sha1:cf0a3bfc8226eaf2156b6ae53a888e4acbcb1291
--! Message: search-by-rows

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_rows ON search_documents (rows);
