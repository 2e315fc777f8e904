import { ApiError } from './api-error.ts';

/** Who may sign in; everything else that comes with an Authorization header is refused. */
const TOKEN = 'KGAT_fake';
const USER = { name: 'fake', key: '0123456789abcdef0123456789abcdef' };

/** How a request names its caller; null when it does not. A token as a Basic password is 401, as with Kaggle. */
export function credentialsOf(authorization: string | undefined): 'bearer' | 'basic' | null {
  if (authorization === undefined) return null;
  if (authorization === `Bearer ${TOKEN}`) return 'bearer';
  const basic = Buffer.from(`${USER.name}:${USER.key}`).toString('base64');
  if (authorization === `Basic ${basic}`) return 'basic';
  throw new ApiError(401, 'Unauthorized');
}
