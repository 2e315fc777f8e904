--! Previous: sha1:a64899dd44f5e20b508b84cafee3425b11dff442
--! Hash: sha1:1908d56d7b145bf7d3a023dc4d82fe73302361ea
--! Message: search-values

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_values ON search_documents USING gin ((keywords || formats || ARRAY[kind, owner, licence]));
