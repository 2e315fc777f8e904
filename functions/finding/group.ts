import type { GroupHeader } from '#shared/http/group.ts';
import { problemJson } from '#shared/http/problem-json.ts';

export const findingGroup: GroupHeader = {
  name: 'finding',
  prefixes: [''],
  dialect: problemJson,
  access: 'read',
  needs: ['db', 'pages', 'tables'],
};
