import { relative } from '../format.ts';

/** How long ago something was stays true while a page is open, and when it comes from the browser's cache. */
export function keepTimes(): void {
  const update = () => {
    for (const element of document.querySelectorAll('time'))
      element.textContent = relative(Date.parse(element.dateTime), Date.now());
  };
  update();
  setInterval(() => document.hidden || update(), 30_000);
}
