import * as z from 'zod';
import type { Access, FunctionDefinition } from './define-function.ts';
import type { Group } from './group.ts';
import { type GuardOptions, needsToken } from './guard.ts';
import { answersOf, HEADER_PARAMETERS, headerParameters, type Shown } from './openapi-answers.ts';
import type { OpenApi, Operation, Parameter } from './openapi-document.ts';
import { schemaWriter } from './openapi-schemas.ts';
import { problemJson } from './problem-json.ts';

const DESCRIPTION =
  'A self-hosted mirror, catalogue and data API for Kaggle datasets. Errors are problem details (RFC 9457).';

export interface Edition {
  version: string;
  /** What the guard of the process goes by. */
  access: Pick<GuardOptions, 'tokens' | 'protectReads' | 'protectQueries'>;
}

/** The OpenAPI 3.1 document of these functions, from the schemas that check their input. */
export function openApi(
  groups: readonly Group<FunctionDefinition>[],
  { version, access: rules }: Edition,
): OpenApi {
  const schemas = schemaWriter();
  schemas.write(problemJson.problemContent.schema, 'output');
  const paths: OpenApi['paths'] = {};
  const documented = groups.filter((group) => group.documented !== false);
  for (const { prefixes, functions, access, dialect } of documented)
    for (const definition of functions) {
      const path = `${prefixes[0]}${definition.path}`.replace(/(?<=\/)[:*](\w+)/g, '{$1}');
      const { problemContent } = dialect;
      const security = securityOf(definition.access ?? access, rules);
      const shown = { ...definition, security, problemContent };
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
      securitySchemes: rules.tokens === null ? {} : { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

/** A token where none is needed still says who reads, for the rate limit. */
function securityOf(access: Access, rules: Edition['access']): Operation['security'] {
  if (access === 'open' || rules.tokens === null) return [];
  return needsToken(access, rules) ? [{ bearer: [] }] : [{}, { bearer: [] }];
}

type Write = ReturnType<typeof schemaWriter>['write'];

function operation(path: string, definition: Shown, write: Write): Operation {
  const { name, summary, body, mergePatch } = definition;
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
    security: definition.security,
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
