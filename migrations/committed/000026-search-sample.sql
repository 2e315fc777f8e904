--! Previous: sha1:e799759ac4893aac16b25119a9fcd6a637e62996
--! Hash: sha1:ff7a657a686b70c7b1c69dbcbeaf453e02572290
--! Message: search-sample

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_sample ON search_documents USING gin (words) WHERE id % 16 = 0;
