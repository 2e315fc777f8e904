import { describe, expect, it } from 'vitest';
import { createRecentPages } from '#shared/http/recent-pages.ts';

/** Pages of a list as handlers keep them. */
function usePages() {
  let time = 0;
  const pages = createRecentPages(() => time);
  const ask = (address: string, body = 'body') => pages.keep(address, '"1"', body);
  return { pages, ask, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('pages that were sent lately', () => {
  it('are kept when they are asked for again, under their tag only', () => {
    const { pages, ask } = usePages();
    ask('/a');
    expect(pages.has('/a')).toBe(false);
    expect(pages.find('/a', '"1"')).toBeUndefined();
    ask('/a');
    expect(pages.has('/a')).toBe(true);
    expect(pages.find('/a', '"1"')).toBe('body');
    expect(pages.find('/a', '"2"')).toBeUndefined();
    pages.keep('/a', '"2"', 'newer');
    expect(pages.find('/a', '"1"')).toBeUndefined();
    expect(pages.find('/a', '"2"')).toBe('newer');
  });

  it('are forgotten after ten seconds, however often they are asked for', () => {
    const { pages, ask, pass } = usePages();
    ask('/a');
    ask('/a');
    pass(9_999);
    expect(pages.find('/a', '"1"')).toBe('body');
    pass(1);
    expect(pages.has('/a')).toBe(false);
    expect(pages.find('/a', '"1"')).toBeUndefined();
    ask('/a');
    expect(pages.find('/a', '"1"')).toBe('body');
  });

  it('leave when others need the room, the longest unasked first', () => {
    const { pages, ask } = usePages();
    const big = 'x'.repeat(256 * 1024);
    for (const page of ['/first', '/second']) for (const _ of [1, 2]) ask(page, big);
    const fill = (count: number) => {
      for (let i = 0; i < count; i++) for (const _ of [1, 2]) ask(`/${i}`, big);
    };
    fill(29);
    expect(pages.find('/first', '"1"')).toBe(big);
    fill(31);
    expect(pages.has('/first')).toBe(false);
    expect(pages.has('/second')).toBe(false);
    expect(pages.has('/30')).toBe(true);
  });

  it('are not kept when they are large', () => {
    const { pages, ask } = usePages();
    for (const _ of [1, 2, 3]) ask('/large', 'x'.repeat(256 * 1024 + 1));
    expect(pages.has('/large')).toBe(false);
  });

  it('are not kept when so many others were asked for since that they are forgotten', () => {
    const { pages, ask } = usePages();
    ask('/early');
    for (let i = 0; i < 100_000; i++) ask(`/${i}`);
    ask('/early');
    expect(pages.has('/early')).toBe(false);
  });
});
