import { lambdaHandler } from '#functions/lambda.ts';
import { createSync } from './function.ts';

export const handler = await lambdaHandler(createSync);
