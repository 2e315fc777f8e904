// What every baseline asks of PostgreSQL. Times as text: to parse them into dates and write these again would cost a
// bare server more than all else.
const columns =
  'id, name, description, source_url, created_at::text, updated_at::text, mirror_ref, pinned_version, row_version';

export const ONE = `SELECT ${columns} FROM datasets WHERE id = $1`;
export const LIST = `SELECT ${columns} FROM datasets ORDER BY name COLLATE "C", id LIMIT $1`;
export const ADD = `INSERT INTO datasets (name, description, source_url, mirror_ref, pinned_version) VALUES ($1, $2, $3, NULL, NULL) RETURNING ${columns}`;
