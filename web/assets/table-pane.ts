import { type Cell, cellOf } from '../cell.ts';
import type { TableBlocks } from './table-blocks.ts';
import { ROW } from './table-scroll.ts';

const NOT_HERE: Cell = { text: '·', mark: null };

/** The rows of a table that are in the document: as many as are seen, used again for others. */
export class TablePane {
  readonly columns: readonly string[];
  private readonly body: HTMLTableSectionElement;
  private readonly blocks: TableBlocks;
  private first = 0;
  /** What the document came with, by position: shown until the same rows have been fetched. */
  private readonly given = new Map<number, readonly Cell[]>();

  constructor(
    table: HTMLTableElement,
    blocks: TableBlocks,
    { first, total }: { first: number; total: number },
  ) {
    this.body = table.tBodies[0] ?? table.createTBody();
    this.columns = [...table.querySelectorAll<HTMLElement>('thead a.sort')].map(({ title }) => title);
    this.blocks = blocks;
    const rows = first + this.body.rows.length > total ? [] : [...this.body.rows];
    for (const [at, { cells }] of rows.entries())
      this.given.set(
        first + at,
        [...cells].map(({ textContent: text, className }) => ({
          text,
          mark: (className || null) as Cell['mark'],
        })),
      );
    this.body.replaceChildren();
  }

  /** Shows `count` rows from `top` pixels on. Rows that stay keep their cells. */
  show(top: number, count: number, active: { row: number; column: number } | null): void {
    const first = Math.floor(top / ROW);
    this.resize(count);
    const by = first - this.first;
    if (Math.abs(by) < count) {
      for (let moved = 0; moved < by; moved += 1) this.body.append(this.body.rows[0] as Node);
      for (let moved = 0; moved > by; moved -= 1) this.body.prepend(this.body.rows[count - 1] as Node);
    }
    this.first = first;
    for (let at = 0; at < count; at += 1)
      this.fill(this.body.rows[at] as HTMLTableRowElement, first + at, active);
    this.body.style.transform = `translateY(${first * ROW - top}px)`;
  }

  private resize(count: number): void {
    while (this.body.rows.length > count) this.body.deleteRow(-1);
    while (this.body.rows.length < count) {
      const row = this.body.insertRow();
      row.role = 'row';
      const head = document.createElement('th');
      head.className = 'place';
      head.role = 'rowheader';
      row.append(head);
      for (const _ of this.columns) row.insertCell().role = 'gridcell';
    }
  }

  private fill(
    element: HTMLTableRowElement,
    index: number,
    active: { row: number; column: number } | null,
  ): void {
    const found = this.blocks.at(index);
    element.ariaRowIndex = String(index + 2);
    const [place, ...given] = this.given.get(index) ?? [];
    const [head, ...cells] = element.cells;
    if (head) setText(head, found ? found.place.toLocaleString('en-US') : (place ?? NOT_HERE).text);
    for (const [at, cell] of cells.entries()) {
      const { text, mark } = found ? cellOf(found.row[this.columns[at] ?? '']) : (given[at] ?? NOT_HERE);
      setText(cell, text);
      const isActive = active?.row === index && active.column === at;
      const style = [mark, isActive && 'active'].filter(Boolean).join(' ');
      if (cell.className !== style) cell.className = style;
      const id = isActive ? 'active-cell' : '';
      if (cell.id !== id) cell.id = id;
    }
  }
}

function setText(element: HTMLElement, text: string): void {
  if (element.firstChild instanceof Text) {
    if (element.firstChild.data !== text) element.firstChild.data = text;
  } else element.textContent = text;
}
