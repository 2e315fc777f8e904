import { make } from './make.ts';

/** Sends the forms of the API's page, and shows what comes back. */
for (const origin of document.querySelectorAll('.origin')) origin.textContent = location.origin;
for (const forms of document.querySelectorAll<HTMLElement>('.api details')) forms.hidden = false;

document.addEventListener('submit', async (event) => {
  const form = event.target as HTMLFormElement;
  const output = form.querySelector('output');
  if (!output) return;
  event.preventDefault();
  output.replaceChildren(make('pre', { tabIndex: 0 }, await send(form).catch(String)));
});

async function send(form: HTMLFormElement): Promise<string> {
  const { method = 'GET', path = '/' } = form.dataset;
  const query = new URLSearchParams();
  const headers = new Headers();
  let url = path;
  for (const { name, value, dataset } of form.querySelectorAll<HTMLInputElement>('[data-in]')) {
    if (dataset.in === 'path') url = url.replace(`{${name}}`, () => inPath(name, value));
    else if (value === '') continue;
    else if (dataset.in === 'query') query.set(name, value);
    else headers.set(name, value);
  }
  const token = document.querySelector<HTMLInputElement>('#token')?.value ?? '';
  if (token !== '') headers.set('authorization', `Bearer ${token}`);
  const area = form.querySelector('textarea');
  if (area) headers.set('content-type', area.dataset.type ?? '');
  const address = query.size > 0 ? `${url}?${query}` : url;
  const begun = performance.now();
  const response = await fetch(address, { method, headers, body: area?.value ?? null });
  const text = await response.text();
  const took = Math.round(performance.now() - begun);
  const fields = [...response.headers].map((field) => field.join(': ')).join('\n');
  const status = `${response.status} ${response.statusText}, ${took} ms`;
  return [`${method} ${address}\n${status}`, fields, shown(response, text)].join('\n\n').trimEnd();
}

/** A path of a file keeps its slashes. */
function inPath(name: string, value: string): string {
  return name === 'path' ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
}

function shown({ headers }: Response, text: string): string {
  const json = (headers.get('content-type') ?? '').includes('json') && text !== '';
  return json ? JSON.stringify(JSON.parse(text), null, 2) : text.slice(0, 20_000);
}
