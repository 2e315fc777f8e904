import { lambdaHandler } from '#functions/lambda.ts';
import { getVersion } from './function.ts';

export const handler = await lambdaHandler(getVersion);
