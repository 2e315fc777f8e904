import { make } from './make.ts';

type Key = readonly [keys: string, does: string];

const EVERYWHERE: readonly Key[] = [
  ['/', 'go to the search'],
  ['?', 'show this list'],
];
const OF_TABLES: readonly Key[] = [
  ['Arrows, Page Up, Page Down, Home, End', 'move the active cell'],
  ['Ctrl+Home, Ctrl+End', 'move to the first row, to the last row'],
  ['g', 'go to a row by its number'],
  ['Enter', 'open the row with whole cells'],
  ['Ctrl+C', 'copy the cell'],
];
const OF_SQL: readonly Key[] = [
  ['Ctrl+Enter, Shift+Enter', 'run the query'],
  ['Escape', 'close the proposals, cancel the query'],
  ['Tab', 'take a proposal, else leave the editor'],
];

const OFF = 'keys-off';

/** Keys of a single letter for the whole page, which the reader can switch off (WCAG 2.1.4). */
export function offerKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (defaultPrevented || ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return;
    if (isWriting(event) || localStorage.getItem(OFF) !== null) return;
    if (key === '/') search();
    else if (key === '?') showKeys();
    else return;
    event.preventDefault();
  });
  const button = make('button', { type: 'button', className: 'quiet' }, 'Keys');
  button.addEventListener('click', showKeys);
  document.querySelector('#scheme')?.before(button);
}

/** Also inside of a shadow root. */
function isWriting(event: Event): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>('main input[name=q]');
  if (field) field.focus();
  else location.assign('/ui');
}

function showKeys(): void {
  const keys = [
    ...EVERYWHERE,
    ...(document.querySelector('data-table.live') ? OF_TABLES : []),
    ...(document.querySelector('sql-editor') ? OF_SQL : []),
  ];
  const off = make('input', { type: 'checkbox', checked: localStorage.getItem(OFF) === null });
  off.addEventListener('change', () => {
    if (off.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, 'yes');
  });
  openDialog('Keys', [
    make(
      'dl',
      { className: 'facts' },
      ...keys.flatMap(([name, does]) => [make('dt', {}, make('kbd', {}, name)), make('dd', {}, does)]),
    ),
    make('label', { className: 'inline' }, off, 'The keys / and ? work on pages'),
  ]);
}

/** Closed by Escape too; the reader is back where they were. */
function openDialog(title: string, content: readonly HTMLElement[]): void {
  const close = make('button', { type: 'button' }, 'Close');
  const dialog = make(
    'dialog',
    { className: 'row-dialog', ariaLabel: title },
    make('h2', {}, title),
    ...content,
    close,
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
