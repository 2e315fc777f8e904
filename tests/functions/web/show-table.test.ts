import { describe, expect, it } from 'vitest';
import { useShop } from '#tests/functions/tables/shop.ts';
import { hasDatabase } from '#tests/setup/api.ts';

const PAGE = '/ui/datasets/1/table';

describe.skipIf(!hasDatabase)('the page of a table', () => {
  const shop = useShop('orders.csv', 'wide.json', 'broken.csv.gz', 'readme.md', 'big table.csv');
  const get = (query: string) => shop.api.get(`${PAGE}?${query}`);
  const cellsOf = (text: string) => [...text.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell]) => cell);
  const hrefs = (text: string) =>
    [...text.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

  it('shows the first rows and what the values of each column are like', async () => {
    const { status, text } = await get('table=orders');
    expect(status).toBe(200);
    expect(cellsOf(text).slice(0, 5)).toEqual(['0', '0.5', 'n0', '2024-01-01', 'null']);
    expect(text).toContain('Rows 1–50 of </span>25,000 rows');
    expect(text).toContain('33% null');
    expect([...text.matchAll(/<rect class="bar"/g)].length).toBeGreaterThan(40);
    expect((await shop.api.get(PAGE)).text).toContain('9007199254740993');
  });

  it('goes on by links, and to any row', async () => {
    const { text } = await get('table=orders&row=100');
    expect(cellsOf(text)[0]).toBe('100');
    const next = hrefs(text).find((href) => href.endsWith('row=150'));
    expect(cellsOf((await shop.api.get(String(next))).text)[0]).toBe('150');
    expect(cellsOf((await get('table=orders&row=24999')).text)).toHaveLength(5);
    expect((await get('table=orders&row=99999')).text).toContain('No row of 25,000 rows');
  });

  it('filters by a form, which leads to an address, and by a bar', async () => {
    const { status, headers } = await get('table=orders&column=price&op=gt&value=98&sort=-id&row=200');
    expect(status).toBe(303);
    const filtered = await shop.api.get(String(headers.location));
    expect(filtered.text).toContain('Rows 1–50 of </span>500 rows that match, of 25,000');
    expect(cellsOf(filtered.text)[0]).toBe('24999');
    const whole = (await get('table=orders')).text;
    const bar = hrefs(whole).find((href) => href.includes('filter=price.gte.'));
    expect((await shop.api.get(String(bar))).text).toMatch(/1,250 rows that match/);
    const integers = hrefs(whole).find((href) => href.includes('filter=id.gte.1250&'));
    expect((await shop.api.get(String(integers))).text).toMatch(/>1,250 rows that match/);
    const value = hrefs(whole).find((href) => href.includes('filter=name.eq.'));
    expect((await shop.api.get(String(value))).text).toMatch(/3,57\d rows that match/);
    const day = hrefs(whole).find((href) => href.includes('filter=day.gte.'));
    expect((await shop.api.get(String(day))).status).toBe(200);
  });

  it.each([
    ['price', 'gt', 'a "lot"', 'must be a number'],
    ['price', 'contains', '9', 'there are =, ≠, &lt;, ≤, &gt;, ≥, is null, is not null.'],
    ['nothing', 'eq', '9', 'nothing'],
  ])(
    'says next to the rows that %s %s %s is no filter, and keeps what was typed',
    async (column, op, value, why) => {
      const filter = new URLSearchParams({ column, op, value });
      const { status, text } = await get(`table=orders&filter=id.gte.10&sort=-id&${filter}`);
      expect([status, text.includes(why)]).toEqual([200, true]);
      expect(text).toContain(`name="value" value="${value.replaceAll('"', '&quot;')}"`);
      expect(text).toContain(`<option value="${op}" selected>`);
      expect(text.includes(`<option selected>${column}</option>`)).toBe(column === 'price');
      expect(text).toContain('24,990 rows that match, of 25,000');
      expect(cellsOf(text)[0]).toBe('24999');
    },
  );

  it('leads from an address that is no view of the table to the table', async () => {
    const { status, text } = await get('table=orders&filter=price.gt.lots');
    expect([status, hrefs(text).includes(PAGE)]).toEqual([400, true]);
  });

  it('sorts by a link, and searches', async () => {
    const link = hrefs((await get('table=orders')).text).find((href) => href.endsWith('sort=id'));
    const back = hrefs((await shop.api.get(String(link))).text).find((href) => href.endsWith('sort=-id'));
    expect(cellsOf((await shop.api.get(String(back))).text)[0]).toBe('24999');
    expect((await get('table=orders&q=note+77')).text).toContain('that match, of 25,000');
  });

  it('says why there is no table', async () => {
    expect((await get('table=broken')).text).toContain('broken.csv.gz');
    expect((await get('table=nothing')).status).toBe(404);
    expect((await shop.disabled.get(PAGE)).text).toContain('No file of this version is a table');
    expect((await get('table=orders&filter=nope.eq.1')).status).toBe(400);
  });

  it('keeps a long cell short', async () => {
    const [cell = ''] = cellsOf((await get('table=wide')).text);
    expect(cell.length).toBeLessThan(300);
  });
});
