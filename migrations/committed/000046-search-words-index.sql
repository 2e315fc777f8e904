--! Previous: sha1:7120ad838d983e9b4559e0738c3dbc4b809bdee2
--! Hash: sha1:50be64c28bf9736b15e62a9135e1c8ebe64a6de4
--! Message: search-words-index

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_words_word ON search_words (word);
