import type { EditorView } from '@codemirror/view';
import { resultLine } from '../query-words.ts';
import { make } from './make.ts';
import { insertName, moveTo, openCode, setText } from './sql-code.ts';
import { readSchema } from './sql-columns.ts';
import { SqlHistory } from './sql-history.ts';
import { sendQuery } from './sql-request.ts';
import { mistakeOf, rowsOf } from './sql-result.ts';

/** Milliseconds for which nothing is said of a query that runs. */
const SOON = 300;

/** Makes the form in it one that runs queries without leaving the page. The form alone works as well. */
class SqlEditor extends HTMLElement {
  private view!: EditorView;
  private area!: HTMLTextAreaElement;
  private form!: HTMLFormElement;
  private status!: HTMLElement;
  private output!: HTMLElement;
  private history!: SqlHistory;
  private readonly cancel = make('button', { type: 'button', hidden: true }, 'Cancel');
  private running: AbortController | null = null;

  connectedCallback(): void {
    const [area, status, output] = ['textarea', '[role=status]', '.output'].map((name) =>
      this.querySelector<HTMLElement>(name),
    );
    const tables = document.querySelector('.tables');
    if (!(area instanceof HTMLTextAreaElement) || !area.form || !status || !output || !tables) return;
    this.area = area;
    this.form = area.form;
    this.status = status;
    this.output = output;
    const host = make('div', { className: 'code' });
    area.after(host);
    this.view = openCode({
      host,
      text: area.value,
      schema: readSchema(tables),
      changed: (text) => {
        area.value = text;
      },
      run: () => void this.run(),
      cancel: () => this.running?.abort(),
    });
    area.hidden = true;
    // What is hidden cannot say that it is empty.
    area.required = false;
    this.form.querySelector('label[for=q]')?.addEventListener('click', () => this.view.focus());
    this.form.addEventListener('submit', (event) => this.submit(event));
    this.cancel.addEventListener('click', () => this.running?.abort());
    this.form.querySelector('.primary')?.after(this.cancel, this.shareButton());
    offerNames(tables, (name) => insertName(this.view, name));
    this.history = new SqlHistory(tables, this.dataset.of ?? '', (query) => {
      setText(this.view, query);
      this.view.focus();
    });
  }

  /** What is saved as a file goes the way of a form. */
  private submit(event: SubmitEvent): void {
    const saves = event.submitter instanceof HTMLButtonElement && event.submitter.formMethod === 'post';
    if (saves && this.area.value.trim() !== '') return;
    event.preventDefault();
    void this.run();
  }

  private async run(): Promise<void> {
    const query = this.area.value;
    if (query.trim() === '') {
      this.status.textContent = 'Write a query first.';
      return;
    }
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const { signal } = running;
    const waiting = setTimeout(() => {
      this.status.textContent = 'Running. Esc cancels.';
    }, SOON);
    this.cancel.hidden = false;
    this.output.ariaBusy = 'true';
    try {
      const result = await sendQuery(this.dataset.rows ?? '', query, signal);
      if (signal.aborted) return;
      this.status.textContent = 'rows' in result ? resultLine(result) : '';
      history.replaceState(null, '', this.address());
      if ('rows' in result) {
        this.output.replaceChildren(rowsOf(result));
        this.history.add(query);
      } else {
        this.output.replaceChildren(mistakeOf(result, query));
        if (result.line !== null && result.column !== null) moveTo(this.view, result.line, result.column);
      }
    } catch {
      if (this.running === running) this.status.textContent = 'Cancelled.';
    } finally {
      clearTimeout(waiting);
      if (this.running === running) {
        this.running = null;
        this.cancel.hidden = true;
        this.output.ariaBusy = null;
      }
    }
  }

  /** Of this page with this query. */
  private address(): string {
    const fields = [...new FormData(this.form)].map(([name, value]) => [name, String(value)]);
    return new URL(`${this.form.action}?${new URLSearchParams(fields)}`, location.href).href;
  }

  private shareButton(): HTMLElement {
    const button = make('button', { type: 'button' }, 'Copy link');
    button.addEventListener('click', async () => {
      await navigator.clipboard?.writeText(this.address());
      this.status.textContent = 'The address of this query is in the clipboard.';
    });
    button.hidden = !navigator.clipboard;
    return button;
  }
}

/** Names of tables and columns as buttons. */
function offerNames(tables: Element, insert: (name: string) => void): void {
  for (const element of tables.querySelectorAll<HTMLElement>('[data-name]')) {
    const name = element.dataset.name ?? '';
    const button = make('button', { type: 'button', className: 'name-button', title: `Insert ${name}` });
    button.addEventListener('click', () => insert(name));
    element.replaceWith(button);
    button.append(element);
  }
}

customElements.define('sql-editor', SqlEditor);
