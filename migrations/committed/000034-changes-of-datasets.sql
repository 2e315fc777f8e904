--! Previous: sha1:fe3aa68e1d4d5b7d76bdb56703e84991d342f652
--! Hash: sha1:8944fcedebc76c98611aeca9c7aea0749233b4c6
--! Message: changes-of-datasets

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS changes_dataset_ids ON changes USING gin (dataset_ids);
