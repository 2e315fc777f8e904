--! Previous: sha1:382392b91eecf0c81425add745836753367a1dfe
--! Hash: sha1:64aa21145f9126365019df6f9143f7bd78466f27
--! Message: search-last-sample

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS search_documents_last_sample ON search_documents USING gin (words) WHERE id % 16 BETWEEN 10 AND 15;
