import { lambdaHandler } from '#functions/lambda.ts';
import { listSyncs } from './function.ts';

export const handler = await lambdaHandler(listSyncs);
