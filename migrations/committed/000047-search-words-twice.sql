--! Previous: sha1:50be64c28bf9736b15e62a9135e1c8ebe64a6de4
--! Hash: sha1:55a49d4bfc6f0ed691f49ad5e7d1f5079bb623e6
--! Message: search-words-twice

-- Who brings a new word waits for nobody: not for another who brings it too, and may wait for a second one. The few words that
-- are there twice so are deleted by the job.
ALTER TABLE search_words DROP CONSTRAINT IF EXISTS search_words_pkey;
