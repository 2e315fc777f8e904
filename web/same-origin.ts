import { Problem } from '#shared/http/problems.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * That a form was sent by a page of this very origin. Browsers say so in Sec-Fetch-Site where the connection is one that
 * they trust, and in Origin everywhere; of which the host is compared, as a proxy may have ended TLS.
 * @throws {Problem} cross-site
 */
export function refuseForeign(headers: Headers): void {
  if (isOurs(headers)) return;
  throw new Problem(
    'cross-site',
    'The form was not sent by a page of this service. Open the page here, and send the form from there.',
  );
}

/** Whether a page of this service sent a form. */
export function isOurs({ origin, host, 'sec-fetch-site': site }: Headers): boolean {
  const sameHost = typeof origin === 'string' && URL.parse(origin)?.host === hostOf(host);
  return sameHost && (site === undefined || site === 'same-origin');
}

/** As an origin spells it: without the port that goes without saying. */
function hostOf(host: string | string[] | undefined): string | undefined {
  const name = String(host ?? '').toLowerCase();
  return name.replace(/:(80|443)$/, '');
}
