import { lambdaHandler } from '#functions/lambda.ts';
import { updateDataset } from './function.ts';

export const handler = await lambdaHandler(updateDataset);
