--! Previous: sha1:e7e25050c6e53b308399c3a456f50ac4ee4cb01e
--! Hash: sha1:7131bdd6a9ee642073382c32365b744dd1dc4598
--! Message: deliveries-open

--! no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS deliveries_open ON deliveries (target_id, state, change_id) WHERE state <> 'delivered';
