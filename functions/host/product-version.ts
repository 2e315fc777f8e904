import manifest from '../../package.json' with { type: 'json' };

/** Of the service and its OpenAPI document. */
export const { version } = manifest;
