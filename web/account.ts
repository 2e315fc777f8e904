import type { Sessions } from '#shared/http/sessions.ts';
import type { Account } from './layout.ts';

/** Who looks at a page, by what the request says of its caller. */
export function accountOf({ caller, sessions }: { caller: string; sessions: Sessions | null }): Account {
  if (sessions === null) return 'needless';
  const [, name] = /^(?:token|oidc):(.*)$/s.exec(caller) ?? [];
  return name === undefined ? 'anonymous' : { name };
}
