import { make } from './make.ts';

/** Asks for a position among `total` rows; `go` gets it. */
export function askForRow(total: number, go: (row: number) => void): void {
  const last = total - 1;
  const field = make('input', { type: 'number', name: 'row', min: '0', max: String(last), required: true });
  const dialog = make(
    'dialog',
    { className: 'row-dialog', ariaLabel: 'Go to a row' },
    make(
      'form',
      { method: 'dialog', className: 'inline' },
      make('label', {}, `Row, 0 to ${last.toLocaleString('en-US')} `, field),
      make('button', { className: 'primary' }, 'Go'),
    ),
  );
  dialog.addEventListener('submit', () => go(field.valueAsNumber));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
