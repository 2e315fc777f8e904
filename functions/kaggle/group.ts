import type { GroupHeader } from '#shared/http/group.ts';
import { kaggleDialect } from '#shared/kaggle-api/kaggle-dialect.ts';

/** Kaggle's own protocol: what its clients send to www.kaggle.com, and to api.kaggle.com. */
export const kaggleGroup: GroupHeader = {
  name: 'kaggle',
  prefixes: ['/api/v1', '/v1'],
  dialect: kaggleDialect,
  access: 'read',
  // Kaggle describes it, and its clients know methods only that one 400 stands for.
  documented: false,
  hosts: /(^|\.)kaggle\.com$/,
  needs: ['db', 'signing', 'pulls'],
};
