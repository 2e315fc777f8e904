import { lambdaHandler } from '#functions/lambda.ts';
import { getMirror } from './function.ts';

export const handler = await lambdaHandler(getMirror);
