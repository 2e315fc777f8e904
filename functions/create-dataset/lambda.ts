import { lambdaHandler } from '#functions/lambda.ts';
import { createDataset } from './function.ts';

export const handler = await lambdaHandler(createDataset);
