import type { GroupHeader } from '#shared/http/group.ts';
import { problemJson } from '#shared/http/problem-json.ts';

export const changesGroup: GroupHeader = {
  name: 'changes',
  prefixes: [''],
  dialect: problemJson,
  access: 'read',
  needs: ['db', 'pages', 'changes'],
};
