import { lambdaHandler } from '#functions/lambda.ts';
import { listDatasets } from './function.ts';

export const handler = await lambdaHandler(listDatasets);
