import * as z from 'zod';
import { decimal, text } from '#shared/http/text.ts';

const MAX_INT = 2_147_483_647;

export const TablesParams = z.object({
  id: decimal(1, MAX_INT),
  version: z.literal('latest').or(decimal(1, MAX_INT)),
});

export const TableParams = TablesParams.extend({ table: text(63).min(1) });
