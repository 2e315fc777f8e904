import type { GroupHeader } from '#shared/http/group.ts';
import { kaggleDialect } from '#shared/kaggle-api/kaggle-dialect.ts';

/** Where downloads of Kaggle's protocol are redirected to: links that authorise themselves. */
export const downloadsGroup: GroupHeader = {
  name: 'downloads',
  prefixes: ['/kaggle'],
  dialect: kaggleDialect,
  access: 'open',
  hosts: /(^|\.)kaggle\.com$/,
  secretPaths: true,
  needs: ['db', 'volume', 'signing'],
};
