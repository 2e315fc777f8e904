--! Previous: sha1:ff7a657a686b70c7b1c69dbcbeaf453e02572290
--! Hash: sha1:a64899dd44f5e20b508b84cafee3425b11dff442
--! Message: search-larger-sample

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_larger_sample ON search_documents USING gin (words) WHERE id % 16 BETWEEN 1 AND 4;
