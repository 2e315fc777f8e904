import { randomBytes } from 'node:crypto';
import type * as oauth from 'oauth4webapi';
import type { Caller } from './authentication.ts';
import { Problem } from './problems.ts';
import type { Signing } from './signing.ts';

/** Signs people in at an issuer: authorization code with PKCE (RFC 9700), state and nonce. */
export interface Login {
  /** As people know it. */
  issuer: string;
  /** Where the browser goes, and the value of the cookie that it comes back with. @throws {Problem} while the issuer is unreachable */
  begin(redirectUri: string): Promise<{ address: string; cookie: string }>;
  /** Who came back. @throws {Problem} when it is not who left, or the issuer refuses */
  finish(answer: URLSearchParams, cookie: string | null, redirectUri: string): Promise<Caller>;
}

declare module './dependencies.ts' {
  interface Dependencies {
    /** Null where no issuer signs people in. */
    login: Login | null;
  }
}

interface Settings {
  issuer: string;
  audience: string;
  clientId: string;
  /** Absent for a public client. */
  clientSecret: string | undefined;
  scope: string;
  signing: Signing;
  /** Who an access token speaks for. */
  verify(token: string): Promise<Caller | null>;
}

/** Seconds. */
export const LOGIN_LIFETIME = 600;
const TIMEOUT = 5_000;

export function createLogin(settings: Settings, now: () => number = Date.now): Login {
  const { issuer, audience, clientId, clientSecret, scope, signing, verify } = settings;
  const options = { signal: () => AbortSignal.timeout(TIMEOUT) };
  let discovering: Promise<oauth.AuthorizationServer> | undefined;

  /** Loaded and asked for when somebody signs in, and again after a failure. */
  async function open() {
    const library = await import('oauth4webapi');
    const http = { ...options, [library.allowInsecureRequests]: issuer.startsWith('http:') };
    discovering ??= library
      .discoveryRequest(new URL(issuer), http)
      .then((response) => library.processDiscoveryResponse(new URL(issuer), response))
      .catch((error) => {
        discovering = undefined;
        throw unreachable(error);
      });
    return { library, http, server: await discovering };
  }

  /** What a login is told apart by. None of them is in the cookie: each is made of it with a key of this service. */
  const secret = (kind: 'state' | 'nonce' | 'verifier', id: string) =>
    signing.sign('logins', `${kind} ${id}`);

  return {
    issuer: new URL(issuer).host,
    async begin(redirectUri) {
      const { library, server } = await open();
      const id = `${Math.floor(now() / 1_000) + LOGIN_LIFETIME}.${randomBytes(32).toString('base64url')}`;
      const address = new URL(server.authorization_endpoint ?? issuer);
      const fields = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope,
        audience,
        state: await secret('state', id),
        nonce: await secret('nonce', id),
        code_challenge: await library.calculatePKCECodeChallenge(await secret('verifier', id)),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(fields)) address.searchParams.set(name, value);
      return { address: address.href, cookie: id };
    },
    async finish(answer, cookie, redirectUri) {
      const id = /^\d{10}\.[\w-]{43}$/.test(cookie ?? '') ? String(cookie) : null;
      const state = answer.get('state') ?? '';
      if (id === null || Number(id.split('.')[0]) * 1_000 <= now()) throw begunElsewhere();
      if (!(await signing.verify('logins', `state ${id}`, state))) throw begunElsewhere();
      const { library, http, server } = await open();
      const client = { client_id: clientId };
      try {
        const checked = library.validateAuthResponse(server, client, answer, state);
        const response = await library.authorizationCodeGrantRequest(
          server,
          client,
          authenticationOf(library, server, clientSecret),
          checked,
          redirectUri,
          await secret('verifier', id),
          http,
        );
        const tokens = await library.processAuthorizationCodeResponse(server, client, response, {
          expectedNonce: await secret('nonce', id),
          requireIdToken: true,
        });
        return await callerOf(tokens.access_token, library.getValidatedIdTokenClaims(tokens)?.sub);
      } catch (error) {
        if (error instanceof Problem) throw error;
        throw refused(library, error);
      }
    },
  };

  async function callerOf(token: string, subject: string | undefined): Promise<Caller> {
    const caller = token.split('.').length === 3 ? await verify(token) : null;
    if (caller === null || caller.name !== `oidc:${subject}`)
      throw new Problem(
        'forbidden',
        'The issuer gave a token that is not for this service. Its audience must be OIDC_AUDIENCE.',
      );
    if (caller.scopes.length === 0)
      throw new Problem('forbidden', 'Your account at the issuer has neither the scope read nor write.');
    return caller;
  }
}

/** As the issuer takes it; most take the first. */
function authenticationOf(
  library: typeof oauth,
  server: oauth.AuthorizationServer,
  secret: string | undefined,
): oauth.ClientAuth {
  if (secret === undefined) return library.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic')
    ? library.ClientSecretBasic(secret)
    : library.ClientSecretPost(secret);
}

function begunElsewhere(): Problem {
  return new Problem(
    'forbidden',
    'This sign-in was not begun in this browser within the last ten minutes. Begin again at /ui/sign-in.',
  );
}

/** Codes of RFC 6749 are told; what else the issuer says may be anything. */
function refused(library: typeof oauth, error: unknown): Problem {
  const { ResponseBodyError, AuthorizationResponseError, OperationProcessingError } = library;
  const told = error instanceof AuthorizationResponseError || error instanceof ResponseBodyError;
  if (!told && !(error instanceof OperationProcessingError)) return unreachable(error);
  const code = told && /^[a-z_]{1,64}$/.test(error.error) ? error.error : 'invalid_response';
  return new Problem('forbidden', `The issuer did not sign you in (${code}). Begin again at /ui/sign-in.`);
}

function unreachable(cause: unknown): Problem {
  const problem = new Problem(
    'identity-provider-unavailable',
    'The issuer is unreachable, or is not an OpenID provider. Retry shortly.',
    { headers: { 'retry-after': '5' } },
  );
  problem.cause = cause;
  return problem;
}
