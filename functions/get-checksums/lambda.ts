import { lambdaHandler } from '#functions/lambda.ts';
import { getChecksums } from './function.ts';

export const handler = await lambdaHandler(getChecksums);
