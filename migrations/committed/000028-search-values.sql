--! Previous: sha1:56f64ab4ff3ad0226ba1dc8717583468dcc5e626
--! Hash: sha1:1c3da2e37b9397b6a3f2aa2311dc0a11efa360d9
--! Message: search-values

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_values ON search_documents USING gin (search_values(VARIADIC keywords || formats || ARRAY[kind, owner, licence]));
