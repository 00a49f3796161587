import type { JsonObject } from '../json.ts';

/** The key that says what a document of OpenAPI or Swagger is written in, and the version. */
export interface OpenapiVersion {
  key: 'openapi' | 'swagger';
  version: string;
}

/** The version that a document declares; without quotes, `swagger: 2.0` and `openapi: 3.1` are numbers. Absent: none. */
export function openapiVersion(document: JsonObject): OpenapiVersion | undefined {
  for (const key of ['openapi', 'swagger'] as const) {
    const version = document[key];
    if (typeof version === 'string') return { key, version };
    if (typeof version === 'number')
      return { key, version: Number.isInteger(version) ? `${version}.0` : String(version) };
  }
  return undefined;
}
