import * as z from 'zod';
import type { Group } from './group.ts';
import {
  answersOf,
  HEADER_PARAMETERS,
  headerParameters,
  ProblemDetails,
  type Shown,
} from './openapi-answers.ts';
import type { OpenApi, Operation, Parameter } from './openapi-document.ts';
import { schemaWriter } from './openapi-schemas.ts';

const DESCRIPTION =
  'A self-hosted mirror, catalogue and data API for Kaggle datasets. Errors are problem details (RFC 9457).';

/** The OpenAPI 3.1 document of these functions, from the schemas that check their input. */
export function openApi(groups: readonly Group[], version: string): OpenApi {
  const schemas = schemaWriter();
  schemas.write(ProblemDetails, 'output');
  const paths: OpenApi['paths'] = {};
  for (const { prefixes, functions, access } of groups)
    for (const definition of functions) {
      const path = `${prefixes[0]}${definition.path}`.replace(/(?<=\/)[:*](\w+)/g, '{$1}');
      const shown = { ...definition, access: definition.access ?? access };
      paths[path] = {
        ...paths[path],
        [definition.method.toLowerCase()]: operation(path, shown, schemas.write),
      };
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

function operation(path: string, definition: Shown, write: Write): Operation {
  const { name, summary, body, access, mergePatch } = definition;
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
    security: access === 'open' ? [] : access === 'read' ? [{}, { bearer: [] }] : [{ bearer: [] }],
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
