import { lambdaHandler } from '#functions/lambda.ts';
import { getDataset } from './function.ts';

export const handler = await lambdaHandler(getDataset);
