--! Previous: sha1:f7127d62ba854227b89dbc600e8ff30bddb51687
--! Hash: sha1:56f64ab4ff3ad0226ba1dc8717583468dcc5e626
--! Message: search-larger-sample

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_larger_sample ON search_documents USING gin (words) WHERE id % 16 BETWEEN 1 AND 4;
