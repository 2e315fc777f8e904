import { lambdaHandler } from '#functions/lambda.ts';
import { getFile } from './function.ts';

export const handler = await lambdaHandler(getFile);
