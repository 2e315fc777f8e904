import { readFileSync } from 'node:fs';

/** A subject, of which there are datasets from several places. */
export interface Topic {
  slug: string;
  title: string;
  subtitle: string;
  keywords: string[];
  columns: string[];
  sentence: string;
}

export interface CatalogueEntry {
  id: string;
  topic: Topic;
  place: string;
  title: string;
  subtitle: string;
  keywords: string[];
  columns: string[];
  description: string;
}

const PLACES = [
  'the United States',
  'India',
  'Germany',
  'Brazil',
  'Kenya',
  'Japan',
  'the United Kingdom',
  'New York City',
  'London',
  'Europe',
  'Canada',
  'Australia',
];
const PER_TOPIC = 5;

const ABOUT = [
  'The data was collected to help people practise on real problems.',
  'It was scraped from public pages and cleaned; duplicates were removed.',
  'Missing values are empty. Dates are written as year, month and day.',
  'Please cite the source if you publish results. Thanks to everybody who helped.',
  'Can you predict what comes next? Explore, visualise and share your notebook.',
  'A starter notebook shows how to load the files and draw a first chart.',
];

export const topics: Topic[] = readFileSync(new URL('topics.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => {
    const [slug = '', title = '', subtitle = '', keywords = '', columns = '', sentence = ''] =
      line.split('|');
    return { slug, title, subtitle, keywords: keywords.split(';'), columns: columns.split(';'), sentence };
  });

/** Some five hundred datasets: each topic from five places, with words that they all have and with those of a neighbour. */
export const catalogue: CatalogueEntry[] = topics.flatMap((topic, at) =>
  Array.from({ length: PER_TOPIC }, (_, index) => {
    const place = PLACES[(at * 7 + index * 5) % PLACES.length] ?? '';
    const neighbour = topics[(at + 31 * (index + 1)) % topics.length] ?? topic;
    const years = `${2_008 + ((at + index) % 9)} to ${2_018 + ((at * 3 + index) % 7)}`;
    return {
      id: `${topic.slug}@${place}`,
      topic,
      place,
      title: `${topic.title} in ${place}`,
      subtitle: `${topic.subtitle}, ${years}`,
      keywords: topic.keywords,
      columns: topic.columns,
      description: [
        `## Context\n\n${topic.sentence} It covers ${place}, ${years}.`,
        `## Content\n\n${ABOUT[(at + index) % ABOUT.length]} ${ABOUT[(at + index + 2) % ABOUT.length]}`,
        `## Inspiration\n\nIt goes together with ${neighbour.title.toLowerCase()}: ${neighbour.subtitle.toLowerCase()}.`,
      ].join('\n\n'),
    };
  }),
);
