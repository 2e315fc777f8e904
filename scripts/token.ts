import { hash, randomBytes } from 'node:crypto';
import { parseTokenEntries } from '#shared/config/api-tokens.ts';

const usage = `usage: npm run token -- NAME [SCOPE ...]

Makes a token for the API. NAME names its owner. Scopes are read and write, by default both.
`;

const [name, ...scopes] = process.argv.slice(2);
if (name === undefined || name.startsWith('-')) {
  process.stderr.write(usage);
  process.exit(2);
}
const token = `kda_${randomBytes(32).toString('base64url')}`;
const entry = `${name}:${(scopes.length > 0 ? scopes : ['read', 'write']).join('+')}:${hash('sha256', token)}`;
try {
  parseTokenEntries(entry);
} catch {
  process.stderr.write(
    `NAME may have letters, digits, ".", "_" and "-". Scopes are read and write.\n\n${usage}`,
  );
  process.exit(2);
}
process.stdout.write(`Token for its owner, shown only once:

  ${token}

Entry for API_TOKENS, or line of API_TOKENS_FILE:

  ${entry}

Try it:

  curl localhost:3000/datasets -H 'authorization: Bearer ${token}' -H 'content-type: application/json' -d '{"name": "Mine"}'

`);
