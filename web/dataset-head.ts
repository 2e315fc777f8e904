import type { CommonQueryMethods } from 'slonik';
import type { DatasetCard } from '#shared/data/dataset-cards.ts';
import { findDataset } from '#shared/data/datasets.ts';
import { notFound } from '#shared/http/problems.ts';
import type { TablesService } from '#shared/tables/tables-service.ts';
import type { DatasetHead } from './pages/dataset.ts';

interface Asking {
  params: { id: number };
  db: CommonQueryMethods;
  tables: Pick<TablesService, 'sql'>;
  may(scope: 'read' | 'write'): boolean;
}

/** What the top of each page of a dataset shows. @throws {Problem} not-found */
export async function datasetHead({ params: { id }, db, tables, may }: Asking): Promise<DatasetHead> {
  const dataset = (await findDataset(db, id)) ?? notFound('dataset', id);
  const card = dataset.mirror_ref === null ? null : await cardOf(db, id);
  return { dataset, card, mayWrite: may('write'), sql: tables.sql };
}

async function cardOf(db: CommonQueryMethods, id: number): Promise<DatasetCard | null> {
  const { datasetCards } = await import('#shared/data/dataset-cards.ts');
  return (await datasetCards(db, [id])).get(id) ?? null;
}
