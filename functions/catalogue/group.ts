import type { GroupHeader } from '#shared/http/group.ts';
import { problemJson } from '#shared/http/problem-json.ts';

export const catalogueGroup: GroupHeader = {
  name: 'catalogue',
  prefixes: [''],
  dialect: problemJson,
  access: 'read',
  needs: ['db', 'pages', 'batches', 'recent'],
};
