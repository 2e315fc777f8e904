import type { GroupHeader } from '#shared/http/group.ts';
import { pageDialect } from '#web/page-dialect.ts';

export const webGroup: GroupHeader = {
  name: 'web',
  prefixes: ['/ui'],
  dialect: pageDialect,
  access: 'read',
  needs: ['db', 'volume', 'tables', 'assets', 'sessions', 'login', 'schedule'],
  documented: false,
  sessions: true,
};
