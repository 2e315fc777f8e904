import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationPage } from './configuration.ts';
import { WITH_SESSIONS, withSessions } from './sessions.ts';

const at = (path: string) => resolve(import.meta.dirname, '../..', path);

writeFileSync(at('docs/configuration.md'), configurationPage());
for (const path of WITH_SESSIONS) writeFileSync(at(path), await withSessions(readFileSync(at(path), 'utf8')));
