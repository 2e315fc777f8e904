import { lambdaHandler } from '#functions/lambda.ts';
import { getArchive } from './function.ts';

export const handler = await lambdaHandler(getArchive);
