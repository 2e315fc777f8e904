import { lambdaHandler } from '#functions/lambda.ts';
import { listMirrors } from './function.ts';

export const handler = await lambdaHandler(listMirrors);
