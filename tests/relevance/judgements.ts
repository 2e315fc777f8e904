import { catalogue, type Topic, topics } from './catalogue.ts';

/** What people may type, and how good each dataset is as a result: 3 is what was meant, 0 everything not named. */
export interface Judged {
  kind: string;
  q: string;
  grades: Map<string, number>;
}

const of = (topic: Topic, grade: number) =>
  catalogue.filter((entry) => entry.topic === topic).map(({ id }) => [id, grade] as const);

/** The word with two letters swapped, or one left out. */
function misspelt(word: string, how: number): string {
  const at = Math.floor(word.length / 2);
  return how % 2 === 0
    ? word.slice(0, at - 1) + (word[at] ?? '') + (word[at - 1] ?? '') + word.slice(at + 1)
    : word.slice(0, at) + word.slice(at + 1);
}

/** Each topic by one way to ask for it, in turns. */
export const judgements: Judged[] = topics.flatMap((topic, index): Judged[] => {
  const entry = catalogue.find((one) => one.topic === topic);
  if (entry === undefined) return [];
  const longest = topic.title.split(' ').toSorted((a, b) => b.length - a.length)[0] ?? '';
  const others = of(topic, 1);
  switch (index % 6) {
    case 0:
      return [{ kind: 'name', q: topic.title.toLowerCase(), grades: new Map(of(topic, 3)) }];
    case 1: {
      const q = `${topic.title} ${entry.place.replace('the ', '')}`.toLowerCase();
      return [{ kind: 'name and place', q, grades: new Map([...others, [entry.id, 3]]) }];
    }
    case 2:
      return longest.length < 6
        ? []
        : [
            {
              kind: 'misspelt',
              q: topic.title
                .toLowerCase()
                .replace(longest.toLowerCase(), misspelt(longest.toLowerCase(), index)),
              grades: new Map(of(topic, 3)),
            },
          ];
    case 3:
      return [
        { kind: 'half typed', q: topic.title.toLowerCase().slice(0, -2), grades: new Map(of(topic, 3)) },
      ];
    case 4: {
      const words = topic.subtitle.split(/[ ,]+/).filter((word) => word.length > 4);
      return [{ kind: 'subtitle', q: words.slice(0, 2).join(' '), grades: new Map(of(topic, 3)) }];
    }
    default: {
      const column = topic.columns.toSorted((a, b) => b.length - a.length)[0] ?? '';
      const same = topics.filter((one) => one.columns.includes(column));
      return [{ kind: 'column', q: column, grades: new Map(same.flatMap((one) => of(one, 3))) }];
    }
  }
});
