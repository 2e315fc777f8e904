import { type Interceptor, type QueryResultRow, SchemaValidationError } from 'slonik';

/** Checks each row against the schema of its query, synchronously; a mismatch is a bug of ours, never the client's. */
export const rowValidation: Interceptor = {
  name: 'row-validation',
  transformRow({ resultParser }, query, row) {
    if (!resultParser) return row;
    const result = resultParser['~standard'].validate(row);
    if (result instanceof Promise) throw new TypeError('a row schema must not be asynchronous');
    if (result.issues) throw new SchemaValidationError(query, row, result.issues);
    return result.value as QueryResultRow;
  },
};
