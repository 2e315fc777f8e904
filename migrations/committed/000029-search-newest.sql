--! Previous: sha1:1908d56d7b145bf7d3a023dc4d82fe73302361ea
--! Hash: sha1:ab6760fb234ece06ae1edd7257fb9c5262d40702
--! Message: search-newest

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_newest ON search_documents (updated_at DESC, id);
