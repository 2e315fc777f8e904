import { cellOf } from '../cell.ts';

/** One row as a list of its columns, each whole. */
export async function openRow(rows: URL, place: number): Promise<void> {
  const address = `${rows.pathname}/${place}`;
  const dialog = document.createElement('dialog');
  dialog.className = 'row-dialog';
  dialog.ariaLabel = `Row ${place.toLocaleString('en-US')}`;
  const title = document.createElement('h2');
  title.textContent = dialog.ariaLabel;
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = 'Close';
  close.addEventListener('click', () => dialog.close());
  const list = document.createElement('dl');
  list.className = 'facts';
  dialog.append(title, list, close);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error(String(response.status));
    const { row } = (await response.json()) as { row: Record<string, unknown> };
    for (const [name, value] of Object.entries(row)) list.append(...entry(name, value));
  } catch {
    list.replaceChildren(...entry('', 'This row did not arrive.'));
  }
}

function entry(name: string, value: unknown): HTMLElement[] {
  const term = document.createElement('dt');
  term.textContent = name;
  const definition = document.createElement('dd');
  const { text, mark } = cellOf(value);
  definition.textContent = typeof value === 'string' && value !== '' ? value : text;
  if (mark) definition.className = mark;
  return [term, definition];
}
