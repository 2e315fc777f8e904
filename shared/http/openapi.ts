import * as z from 'zod';
import type { FunctionDefinition } from './define-function.ts';
import {
  type Answer,
  answersOf,
  HEADER_PARAMETERS,
  headerParameters,
  ProblemDetails,
} from './openapi-answers.ts';
import { type JsonSchema, schemaWriter } from './openapi-schemas.ts';

export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Answer>;
  security: Record<string, string[]>[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: JsonSchema;
  description?: string;
}

export interface OpenApi {
  openapi: string;
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> };
}

const DESCRIPTION =
  'A self-hosted mirror, catalogue and data API for Kaggle datasets. Failures are problem details (RFC 9457).';

/** The OpenAPI 3.1 document of these functions, from the schemas that check their input. */
export function openApi(functions: readonly FunctionDefinition[], version: string): OpenApi {
  const schemas = schemaWriter();
  schemas.write(ProblemDetails, 'output');
  const paths: OpenApi['paths'] = {};
  for (const definition of functions) {
    const path = definition.path.replace(/[:*](\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [definition.method.toLowerCase()]: operation(definition, schemas.write) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Kaggle Data API',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

type Write = ReturnType<typeof schemaWriter>['write'];

function operation(definition: FunctionDefinition, write: Write): Operation {
  const { name, summary, path, body, method, access, mergePatch } = definition;
  const types = mergePatch ? ['application/merge-patch+json', 'application/json'] : ['application/json'];
  const schema = body && write(body, 'input');
  return {
    operationId: name,
    summary,
    tags: [path.split('/')[1] || 'service'],
    parameters: [
      ...parametersOf('path', definition.params, write),
      ...parametersOf('query', definition.query, write),
      ...headerParameters(definition).map((header) => HEADER_PARAMETERS[header]),
    ],
    ...(schema && {
      requestBody: {
        required: !body.safeParse(undefined).success,
        content: Object.fromEntries(types.map((type) => [type, { schema }])),
      },
    }),
    responses: answersOf(definition, write),
    // Reading may be open or not: that is for each installation to say.
    security: access === 'open' ? [] : method === 'GET' ? [{}, { bearer: [] }] : [{ bearer: [] }],
  };
}

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined, write: Write): Parameter[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const { properties = {}, required = [] } = write(schema, 'input');
  return Object.entries(properties).map(([name, { description, ...type }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: type,
    ...(description !== undefined && { description }),
  }));
}
