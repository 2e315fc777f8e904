--! Previous: sha1:cf0a3bfc8226eaf2156b6ae53a888e4acbcb1291
--! Hash: sha1:6c7730c988272c170e84448a5eb532f5a9d0b0d0
--! Message: search-spellings

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_words_stem ON search_words (((ts_lexize('english_stem', word))[1]));
