import * as z from 'zod';

const Edge = z.union([z.number(), z.string()]).nullable();

/** Of a column's statistics what is drawn. */
const ColumnSummary = z.object({
  name: z.string(),
  type: z.string(),
  nulls: z.int(),
  distinct: z.number().nullable(),
  distinct_exact: z.boolean(),
  min: Edge.optional(),
  max: Edge.optional(),
  histogram: z.object({ edges: z.array(Edge), counts: z.array(z.number()) }).nullish(),
  top: z.array(z.object({ value: z.coerce.string(), count: z.number() })).nullish(),
});
export type ColumnSummary = z.output<typeof ColumnSummary>;

const Statistics = z.object({ columns: z.array(ColumnSummary) });

/** Of stored statistics, the columns by name; none where there are no statistics, or others than these. */
export function readSummaries(text: string | null): ReadonlyMap<string, ColumnSummary> {
  const parsed = text === null ? null : Statistics.safeParse(JSON.parse(text));
  return new Map(parsed?.data?.columns.map((column) => [column.name, column]));
}
