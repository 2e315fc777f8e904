--! Previous: sha1:59e9b8c225a6bcb1f6fcaec56319803102a15cdb
--! Hash: sha1:fe3aa68e1d4d5b7d76bdb56703e84991d342f652
--! Message: search-spellings

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_words_stem ON search_words (((ts_lexize('english_stem', word))[1]));
