import { lambdaHandler } from '#functions/lambda.ts';
import { cancelSync } from './function.ts';

export const handler = await lambdaHandler(cancelSync);
