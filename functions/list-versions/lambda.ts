import { lambdaHandler } from '#functions/lambda.ts';
import { listVersions } from './function.ts';

export const handler = await lambdaHandler(listVersions);
