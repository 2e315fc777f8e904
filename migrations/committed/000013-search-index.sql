--! Previous: sha1:a1f3cc3f5a2c48a000747c92c4840dab80ddfa97
--! Hash: sha1:319f6711fe1bfddbe4e5925363196af268713827
--! Message: search-index

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_words ON search_documents USING gin (words);
