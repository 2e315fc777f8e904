import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { makeSigningKeys } from './issuer.ts';

export const LOGIN = {
  OIDC_AUDIENCE: 'https://data.example',
  OIDC_CLIENT_ID: 'pages',
  OIDC_CLIENT_SECRET: 'a-secret-of-the-client',
};

/** Seconds. */
export const TOKEN_LIFETIME = 600;

/** An issuer that is another's (node-oidc-provider), where people sign in under any name. */
export async function startLoginIssuer() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = await makeSigningKeys();
  return {
    url,
    close: () => server.close(),
    /** Sends people back to there, with tokens for `audience`. */
    serve(redirectUri: string, audience = LOGIN.OIDC_AUDIENCE) {
      const provider = new Provider(url, {
        clients: [
          {
            client_id: LOGIN.OIDC_CLIENT_ID,
            client_secret: LOGIN.OIDC_CLIENT_SECRET,
            redirect_uris: [redirectUri],
          },
        ],
        scopes: ['openid', 'read', 'write'],
        jwks: { keys },
        cookies: { keys: ['of this test'] },
        features: {
          devInteractions: { enabled: true },
          resourceIndicators: {
            enabled: true,
            defaultResource: () => audience,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({
              audience,
              scope: 'read write',
              accessTokenFormat: 'jwt',
              accessTokenTTL: TOKEN_LIFETIME,
              jwt: { sign: { alg: 'ES256' } },
            }),
          },
        },
      });
      server.removeAllListeners('request');
      server.on('request', provider.callback());
    },
  };
}

/** What a browser does at the issuer for who signs in there under this name; where it is sent back to. */
export async function signInAt(address: string, name: string, back: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let next = new URL(address);
  for (let body: URLSearchParams | null = null; !next.href.startsWith(back); ) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
    const init = body === null ? {} : { method: 'POST', body };
    const response = await fetch(next, { ...init, headers: { cookie }, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(key, value);
    }
    const location = response.headers.get('location');
    body = null;
    if (location !== null) next = new URL(location, next);
    else {
      const text = await response.text();
      const [, action] = /<form[^>]*action="([^"]+)"/.exec(text) ?? [];
      const [, prompt] = /name="prompt" value="(\w+)"/.exec(text) ?? [];
      if (action === undefined || prompt === undefined) throw new Error(`${response.status} ${text}`);
      next = new URL(action, next);
      body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: name, password: 'x' }) });
    }
  }
  return next;
}
