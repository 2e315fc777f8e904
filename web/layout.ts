import { type AssetSet, assetUrl } from './asset-store.ts';
import { Html, html } from './html.ts';

export type Section = 'datasets' | 'sql' | 'mirrors' | 'api';

export interface Page {
  title: string;
  /** Where in the menu it is. */
  section: Section | null;
  /** The same as JSON. */
  alternate?: string;
  /** What it is about, for machines, and where they find all of it. */
  linkedData?: { address: string; data: object | null };
  /** Of the assets, besides `main.js`. */
  scripts?: readonly string[];
  /** Besides `web.css`. */
  styles?: readonly string[];
  body: Html;
}

const MENU: readonly [section: Section, href: string, label: string][] = [
  ['datasets', '/ui', 'Datasets'],
  ['sql', '/ui/sql', 'SQL'],
  ['mirrors', '/ui/mirrors', 'Mirrors'],
  ['api', '/docs', 'API'],
];

/** Who looks at a page: nobody in particular, who could sign in or need not, or somebody by name. */
export type Account = 'anonymous' | 'needless' | { name: string };

/** `sql`: people can query here. */
export interface Queried {
  sql: boolean;
}

/** A whole document. */
export function layout(
  { title, section, alternate, linkedData, scripts = [], styles = [], body }: Page,
  assets: Pick<AssetSet, 'names'>,
  account: Account = 'needless',
  { sql }: Queried = { sql: false },
): Html {
  const url = (name: string) => assetUrl(assets, name);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="color-scheme" content="light dark">
<title>${title} · Kaggle Data API</title>
<link rel="icon" href="${url('icon.svg')}" type="image/svg+xml">
${['web.css', ...styles].map(
  (name) => html`<link rel="stylesheet" href="${url(name)}">
`,
)}<script src="${url('theme.js')}"></script>
${['main.js', ...scripts].map(
  (name) => html`<script type="module" src="${url(name)}"></script>
`,
)}${alternate !== undefined && html`<link rel="alternate" type="application/json" href="${alternate}">`}
${linkedData && dataOf(linkedData)}
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="/ui"><img src="${url('icon.svg')}" alt="" width="22" height="22">Kaggle Data API</a>
<nav aria-label="Main">
${MENU.filter(([key]) => sql || key !== 'sql').map(([key, href, label]) => html`<a href="${href}"${key === section && html` aria-current="true"`}>${label}</a>`)}
</nav>
${accountOf(account)}
<button type="button" class="quiet" id="scheme" hidden>Dark</button>
</header>
<main id="main" tabindex="-1">
${body}
</main>
${alternate !== undefined && html`<footer class="bottom">This page as <a href="${alternate}">JSON</a></footer>`}
</body>
</html>
`;
}

function accountOf(account: Account): Html | false {
  if (account === 'needless') return false;
  if (account === 'anonymous') return html`<a class="button quiet" href="/ui/sign-in">Sign in</a>`;
  return html`<form method="post" action="/ui/sign-out"><button class="quiet">Sign out ${account.name}</button></form>`;
}

/** Data, which no browser runs. */
function dataOf({ address, data }: NonNullable<Page['linkedData']>): Html {
  return html`<link rel="alternate" type="application/ld+json" href="${address}">
${data && html`<script type="application/ld+json">${new Html(JSON.stringify(data).replaceAll('<', '\\u003c'))}</script>`}`;
}
