import { lambdaHandler } from '#functions/lambda.ts';
import { listFiles } from './function.ts';

export const handler = await lambdaHandler(listFiles);
