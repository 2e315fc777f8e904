import { lambdaHandler } from '#functions/lambda.ts';
import { getSync } from './function.ts';

export const handler = await lambdaHandler(getSync);
