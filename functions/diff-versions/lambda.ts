import { lambdaHandler } from '#functions/lambda.ts';
import { diffVersions } from './function.ts';

export const handler = await lambdaHandler(diffVersions);
