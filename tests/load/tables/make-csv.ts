import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createRandom } from '../random.ts';

const CITIES = ['Berlin', 'Paris', 'London', 'New York', 'Tokyo', 'Delhi', 'Lagos', 'Lima', 'Oslo', 'Rome'];
const BLOCK = 5_000;

/** Ten columns of what tables are made of: numbers, codes, words, texts, times, and some nulls. */
export async function makeCsv(path: string, rows: number): Promise<void> {
  await pipeline(blocks(rows), createWriteStream(path));
}

function* blocks(rows: number) {
  const random = createRandom(1);
  const whole = (below: number) => Math.floor(random() * below);
  const time = (from: number, span: number) => new Date(from + whole(span)).toISOString();
  yield 'id,code,price,quantity,city,ordered,created,active,note,ratio\n';
  for (let from = 0; from < rows; from += BLOCK) {
    let block = '';
    for (let id = from; id < Math.min(rows, from + BLOCK); id++) {
      const created = time(1.6e12, 1e11).slice(0, 19).replace('T', ' ');
      const note = `"number ${whole(100_000)}, with words and ${whole(1_000)} more of it"`;
      const ratio = random() < 0.1 ? '' : random().toFixed(6);
      block += `${id},${String(whole(400_000)).padStart(8, '0')},${(random() * 1_000).toFixed(2)},${whole(100)},${CITIES[whole(10)]},${time(1.5e12, 2e11).slice(0, 10)},${created},${random() < 0.5},${note},${ratio}\n`;
    }
    yield block;
  }
}
