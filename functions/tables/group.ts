import type { GroupHeader } from '#shared/http/group.ts';
import { problemJson } from '#shared/http/problem-json.ts';

export const tablesGroup: GroupHeader = {
  name: 'tables',
  prefixes: [''],
  dialect: problemJson,
  access: 'read',
  needs: ['db', 'pages', 'volume', 'tables'],
};
