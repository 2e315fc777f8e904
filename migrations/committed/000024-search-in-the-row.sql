--! Previous: sha1:49b66cdfbbb377cb98123e584a7acb44cf616ca9
--! Hash: sha1:15004ef4ae70e0cff8cafe3bc4c994b7c127ff80
--! Message: search-in-the-row

-- What ten thousand matches are counted and sorted by stays in the row: next to a long `lead` each short text was stored apart.
ALTER TABLE search_documents ALTER COLUMN name SET STORAGE MAIN, ALTER COLUMN owner SET STORAGE MAIN,
  ALTER COLUMN licence SET STORAGE MAIN, ALTER COLUMN keywords SET STORAGE MAIN, ALTER COLUMN formats SET STORAGE MAIN;
