import type { GroupHeader } from '#shared/http/group.ts';
import { kaggleDialect } from '#shared/kaggle-api/kaggle-dialect.ts';

/** What kagglehub asks of the environment of a notebook on Kaggle. */
export const notebookGroup: GroupHeader = {
  name: 'notebook',
  prefixes: ['/kaggle-jwt-handler'],
  dialect: kaggleDialect,
  access: 'read',
  needs: ['db', 'pulls', 'volume'],
};
