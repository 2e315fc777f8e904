import * as z from 'zod';
import { decimal, text } from '#shared/http/text.ts';

const MAX_INT = 2_147_483_647;

export const VersionParams = z.object({
  id: decimal(1, MAX_INT),
  version: z.literal('latest').or(decimal(1, MAX_INT)),
});

export const FileParams = VersionParams.extend({ path: text(4_096).min(1) });

export const VersionNumber = decimal(1, MAX_INT);
