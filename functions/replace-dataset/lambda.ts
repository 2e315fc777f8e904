import { lambdaHandler } from '#functions/lambda.ts';
import { replaceDataset } from './function.ts';

export const handler = await lambdaHandler(replaceDataset);
