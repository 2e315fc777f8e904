/** Sends the forms of /docs and shows what comes back; runs in the reader's browser. */
export const script = `
for (const origin of document.querySelectorAll('.origin')) origin.textContent = location.origin;
const field = (form, name) => form.elements.namedItem(name)?.value ?? '';
const token = document.querySelector('#token');
document.addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const output = form.querySelector('output');
  const { method, path } = form.dataset;
  const query = new URLSearchParams();
  const headers = {};
  let url = path;
  for (const input of form.querySelectorAll('[data-in]')) {
    if (input.dataset.in === 'path') {
      const value = input.name === 'path' ? input.value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(input.value);
      url = url.replace('{' + input.name + '}', () => value);
    } else if (input.value !== '') {
      if (input.dataset.in === 'query') query.set(input.name, input.value);
      else headers[input.name] = input.value;
    }
  }
  if (token.value !== '') headers.authorization = 'Bearer ' + token.value;
  const body = form.querySelector('textarea');
  if (body) headers['content-type'] = body.dataset.type;
  const address = url + (query.size > 0 ? '?' + query : '');
  const started = performance.now();
  try {
    const response = await fetch(address, { method, headers, body: body?.value });
    const text = await response.text();
    const took = Math.round(performance.now() - started);
    const shown = (response.headers.get('content-type') ?? '').includes('json') && text ? JSON.stringify(JSON.parse(text), null, 2) : text.slice(0, 20000);
    const fields = [...response.headers].map(([name, value]) => name + ': ' + value).join('\\n');
    output.replaceChildren(block(method + ' ' + address + '\\n' + response.status + ' ' + response.statusText + ', ' + took + ' ms\\n\\n' + fields + (shown ? '\\n\\n' + shown : '')));
  } catch (error) {
    output.replaceChildren(block(String(error)));
  }
});
function block(text) {
  const pre = document.createElement('pre');
  pre.textContent = text;
  return pre;
}
`;
