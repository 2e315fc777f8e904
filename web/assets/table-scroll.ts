/** Pixels of a row, as the style has it. */
export const ROW = 28;
/** Browsers end elements at some 17 million pixels, with faults before that. */
const TALLEST = 8_000_000;
/** Screens that a move is followed pixel by pixel. */
const NEAR = 1.5;
/** Milliseconds without a move after which the bar goes where the rows are. */
const REST = 180;
/** Kept to an end that is not reached yet. */
const MARGIN = 2;

/**
 * Where a scroller of any number of rows is: `top` is in pixels of all rows, which a scroll bar of at most `TALLEST`
 * stands for.
 */
export class TableScroll {
  /** Pixels of all rows above the first that is seen. */
  top = 0;
  private last = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly scroller: HTMLElement;
  private readonly total: number;
  private room = 0;

  constructor(scroller: HTMLElement, total: number) {
    this.scroller = scroller;
    this.total = total;
  }

  /** Height of all that scrolls, for `room` pixels of rows below a head of `head` pixels. */
  measure(room: number, head: number): number {
    this.room = room;
    this.top = Math.min(this.top, this.end);
    return Math.min(this.total * ROW, TALLEST) + head;
  }

  get end(): number {
    return Math.max(0, this.total * ROW - this.room);
  }

  private get barEnd(): number {
    return Math.max(0, this.scroller.scrollHeight - this.scroller.clientHeight);
  }

  /** After the bar was moved, by the reader or by us. */
  moved(): void {
    const now = this.scroller.scrollTop;
    const by = now - this.last;
    // What we have set ourselves comes back rounded.
    if (Math.abs(by) <= 1 && now > 0 && now < this.barEnd) return;
    this.last = now;
    const whole = this.end <= this.barEnd + 1;
    const far = Math.abs(by) > this.room * NEAR || now <= 0 || now >= this.barEnd;
    if (whole) this.top = Math.min(now, this.end);
    else if (far) this.top = this.barEnd === 0 ? 0 : (now / this.barEnd) * this.end;
    else this.top = clamp(this.top + by, 0, this.end);
    clearTimeout(this.timer);
    if (!whole) this.timer = setTimeout(() => this.rest(), REST);
  }

  /** A move whose event is still to come is the reader's: that one will rest. */
  private rest(): void {
    if (Math.abs(this.scroller.scrollTop - this.last) <= 1) this.settle();
  }

  /** Brings a row to the top, or as near as there are rows. */
  goTo(row: number): void {
    this.top = clamp(row * ROW, 0, this.end);
    this.settle();
  }

  /** Scrolls as little as needed to see a row. */
  reveal(row: number): void {
    if (row * ROW < this.top) this.goTo(row);
    else if ((row + 1) * ROW > this.top + this.room) {
      this.top = clamp((row + 1) * ROW - this.room, 0, this.end);
      this.settle();
    }
  }

  private settle(): void {
    const { barEnd, end } = this;
    const share = end === 0 ? 0 : this.top / end;
    const exact = end <= barEnd + 1 ? this.top : share * barEnd;
    const inner = this.top > 0 && this.top < end && end > barEnd + 1;
    const to = inner ? clamp(exact, MARGIN, barEnd - MARGIN) : exact;
    this.scroller.scrollTop = to;
    this.last = this.scroller.scrollTop;
  }
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
