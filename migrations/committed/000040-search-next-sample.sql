--! Previous: sha1:cfc56160b560cfc0da68fe61cb8b00cb540eff40
--! Hash: sha1:382392b91eecf0c81425add745836753367a1dfe
--! Message: search-next-sample

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_next_sample ON search_documents USING gin (words) WHERE id % 16 BETWEEN 5 AND 9;
