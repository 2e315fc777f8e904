import { openRow } from './row-dialog.ts';
import { askForRow } from './row-number.ts';
import { type Failure, TableBlocks } from './table-blocks.ts';
import { TablePane } from './table-pane.ts';
import { clamp, ROW, TableScroll } from './table-scroll.ts';

/** Milliseconds without a move after which the address says where the table is. */
const REST = 300;

/** Makes the table in it one of any depth: no row is ever placed by a large offset, so that no browser's limit is met. */
class DataTable extends HTMLElement {
  private total = 0;
  private position!: TableScroll;
  private blocks!: TableBlocks;
  private pane!: TablePane;
  private scroller!: HTMLElement;
  private spacer!: HTMLElement;
  private frame!: HTMLElement;
  private head!: HTMLElement;
  private status!: HTMLElement;
  private source!: URL;
  private active: { row: number; column: number } | null = null;
  private shown = 0;
  private drawing = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    const scroller = this.querySelector<HTMLElement>('.scroller');
    const table = scroller?.querySelector('table');
    const head = table?.tHead;
    this.total = Number(this.dataset.total);
    if (!scroller || !table || !head || !(this.total > 0)) return;
    this.scroller = scroller;
    this.head = head;
    this.source = new URL(this.dataset.rows ?? '', location.href);
    this.shown = Number(this.dataset.first);
    fixWidths(table);
    this.blocks = new TableBlocks(this.source, this.total, (failure) => this.arrived(failure));
    this.pane = new TablePane(table, this.blocks, { first: this.shown, total: this.total });
    this.position = new TableScroll(scroller, this.total);
    this.wrap(table);
    this.describe(table);
    new ResizeObserver(() => this.measure()).observe(scroller);
    scroller.addEventListener('scroll', () => {
      this.position.moved();
      this.draw();
    });
    scroller.addEventListener('keydown', (event) => this.key(event));
    table.addEventListener('click', (event) => this.choose(event));
    table.addEventListener('dblclick', () => this.open());
    this.classList.add('live');
    this.measure();
    this.position.goTo(this.shown);
    this.draw();
  }

  /** The table stays in view, in front of something as tall as all rows. */
  private wrap(table: HTMLElement): void {
    this.spacer = document.createElement('div');
    this.spacer.role = 'presentation';
    this.frame = document.createElement('div');
    this.frame.role = 'presentation';
    this.frame.className = 'frame';
    this.frame.append(table);
    this.spacer.append(this.frame);
    this.scroller.append(this.spacer);
    this.status = document.createElement('p');
    this.status.className = 'notice';
    this.status.role = 'status';
    this.status.hidden = true;
    this.append(this.status);
  }

  private describe(table: HTMLTableElement): void {
    this.scroller.role = 'grid';
    this.scroller.ariaRowCount = String(this.total + 1);
    this.scroller.ariaColCount = String(this.pane.columns.length + 1);
    table.role = 'presentation';
    for (const section of [this.head, table.tBodies[0]]) if (section) section.role = 'rowgroup';
    for (const row of this.head.querySelectorAll('tr')) row.role = 'row';
    for (const cell of this.head.querySelectorAll('th')) cell.role = 'columnheader';
  }

  private get room(): number {
    return Math.max(ROW, this.scroller.clientHeight - this.head.offsetHeight);
  }

  private measure(): void {
    const head = this.head.offsetHeight;
    // Few rows need no tall box, and a horizontal bar needs some of it.
    const bar = this.scroller.offsetHeight - this.scroller.clientHeight;
    this.scroller.style.maxHeight = `max(240px, min(72vh, ${head + this.total * ROW + bar}px))`;
    this.spacer.style.height = `${this.position.measure(this.room, head)}px`;
    this.frame.style.height = `${Math.min(this.scroller.clientHeight, head + this.total * ROW)}px`;
    this.draw();
  }

  private draw(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      const { top } = this.position;
      const first = Math.floor(top / ROW);
      const count = Math.min(this.total - first, Math.ceil(this.room / ROW) + 1);
      this.pane.show(top, count, this.active);
      this.blocks.look(first, first + count, first >= this.shown);
      if (first !== this.shown) this.remember(first);
      this.shown = first;
    });
  }

  private remember(first: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const address = new URL(location.href);
      if (first === 0) address.searchParams.delete('row');
      else address.searchParams.set('row', String(first));
      history.replaceState(null, '', address);
    }, REST);
  }

  private arrived(failure: Failure | null): void {
    this.status.hidden = failure === null;
    if (failure !== null) {
      const again = document.createElement('button');
      again.type = 'button';
      again.textContent = 'Try again';
      again.addEventListener('click', () => this.draw());
      const signIn = document.createElement('a');
      signIn.href = '/ui/sign-in';
      signIn.textContent = 'Sign in';
      if (failure === 'signed-out')
        this.status.replaceChildren('Your session has ended. ', signIn, ' to see these rows. ', again);
      else this.status.replaceChildren('These rows did not arrive. ', again);
    }
    this.pane.show(
      this.position.top,
      Math.min(this.total - this.shown, Math.ceil(this.room / ROW) + 1),
      this.active,
    );
  }

  private choose({ target }: Event): void {
    const cell = (target as Element).closest<HTMLTableCellElement>('td');
    const row = cell?.parentElement;
    if (!cell || !row) return;
    this.active = { row: Number(row.ariaRowIndex) - 2, column: cell.cellIndex - 1 };
    this.scroller.setAttribute('aria-activedescendant', 'active-cell');
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const { row, column } = this.active ?? { row: this.shown, column: 0 };
    const page = Math.max(1, Math.floor(this.room / ROW) - 1);
    const last = this.pane.columns.length - 1;
    const all = event.ctrlKey || event.metaKey;
    const moves: Record<string, [row: number, column: number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      PageDown: [row + page, column],
      PageUp: [row - page, column],
      Home: all ? [0, 0] : [row, 0],
      End: all ? [this.total - 1, last] : [row, last],
    };
    const move = moves[event.key];
    if (move && !event.altKey) this.moveTo(...move);
    else if (event.key === 'Enter') this.open();
    else if (event.key === 'g' && !all && !event.altKey)
      askForRow(this.total, (wanted) => this.moveTo(wanted, column));
    else if (event.key.toLowerCase() === 'c' && all) this.copy();
    else return;
    event.preventDefault();
  }

  private moveTo(row: number, column: number): void {
    this.active = {
      row: clamp(row, 0, this.total - 1),
      column: clamp(column, 0, this.pane.columns.length - 1),
    };
    this.scroller.setAttribute('aria-activedescendant', 'active-cell');
    this.position.reveal(this.active.row);
    this.showColumn(this.active.column);
    this.draw();
  }

  /** Sideways as far as needed; the numbers of the rows stay in view. */
  private showColumn(column: number): void {
    const cells = this.head.querySelectorAll<HTMLElement>('th');
    const [place, cell] = [cells[0], cells[column + 1]];
    if (!place || !cell) return;
    const { scrollLeft, clientWidth } = this.scroller;
    const left = cell.offsetLeft - place.offsetWidth;
    if (left < scrollLeft) this.scroller.scrollLeft = left;
    else if (cell.offsetLeft + cell.offsetWidth > scrollLeft + clientWidth)
      this.scroller.scrollLeft = cell.offsetLeft + cell.offsetWidth - clientWidth;
  }

  private open(): void {
    const found = this.active && this.blocks.at(this.active.row);
    if (found) void openRow(this.source, found.place);
  }

  private copy(): void {
    const found = this.active && this.blocks.at(this.active.row);
    const value = found && this.active && found.row[this.pane.columns[this.active.column] ?? ''];
    if (value === undefined) return;
    const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    void navigator.clipboard?.writeText(text);
  }
}

/** As the first rows need it, so that no later one moves a column. */
function fixWidths(table: HTMLTableElement): void {
  const cells = [...(table.tHead?.rows[0]?.cells ?? [])];
  const widths = cells.map((cell) => Math.ceil(cell.getBoundingClientRect().width));
  const group = document.createElement('colgroup');
  for (const width of widths) {
    const column = document.createElement('col');
    column.style.width = `${width}px`;
    group.append(column);
  }
  table.prepend(group);
  table.style.width = `${widths.reduce((sum, width) => sum + width, 0)}px`;
  table.style.tableLayout = 'fixed';
}

customElements.define('data-table', DataTable);
