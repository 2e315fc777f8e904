import type { GroupHeader } from '#shared/http/group.ts';
import { problemJson } from '#shared/http/problem-json.ts';
import { kaggleDialect } from '#shared/kaggle-api/kaggle-dialect.ts';

/** Where downloads of Kaggle's protocol are redirected to: links that authorise themselves. */
export const downloadsGroup: GroupHeader = {
  name: 'downloads',
  prefixes: ['/kaggle'],
  // Our own addresses, whatever the dialect of those who follow them: nothing may be added.
  dialect: { ...kaggleDialect, readQuery: problemJson.readQuery },
  access: 'open',
  hosts: /(^|\.)kaggle\.com$/,
  secretPaths: true,
  needs: ['db', 'volume', 'signing'],
};
