--! Previous: sha1:ab6760fb234ece06ae1edd7257fb9c5262d40702
--! Hash: sha1:b056ac4da3a9d4018245d3edf74e0763ec740b83
--! Message: search-by-name

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_name ON search_documents (left(name, 200), id);
