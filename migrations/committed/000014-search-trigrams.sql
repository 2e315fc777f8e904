--! Previous: sha1:319f6711fe1bfddbe4e5925363196af268713827
--! Hash: sha1:5f649c1a48074187f005d5194325b8ed6243c490
--! Message: search-trigrams

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_words_trigrams ON search_words USING gin (word gin_trgm_ops);
