--! Previous: sha1:6f38f04e8e997ea62548906dd7112d6433194435
--! Hash: sha1:f7127d62ba854227b89dbc600e8ff30bddb51687
--! Message: search-sample

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_sample ON search_documents USING gin (words) WHERE id % 16 = 0;
