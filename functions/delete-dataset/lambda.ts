import { lambdaHandler } from '#functions/lambda.ts';
import { deleteDataset } from './function.ts';

export const handler = await lambdaHandler(deleteDataset);
