import { httpMethods } from '../../compat/http-methods.ts';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import type { Part, Unresolved } from '../types.ts';
import type { Route } from './types.ts';

/** Routes as an OpenAPI document, and where each operation of it stands in the code. */
export interface Described {
  document: JsonObject;
  parts: Part[];
}

/**
 * The OpenAPI document that describes routes: paths and methods in their order by name, so that equal routes give equal text.
 * What the code does not declare is left open: a body without a schema may be anything. What could not be read is listed in
 * `x-realm` without its lines, so that a document with unread routes does not pass for a whole one.
 */
export function describeRoutes(routes: readonly Route[], unresolved: readonly Unresolved[]): Described {
  const paths: Record<string, JsonObject> = {};
  const parts: Part[] = [];
  const shapes = new Map<string, string>();
  for (const route of [...routes].sort(byPlace)) {
    // `/a/{id}` and `/a/{name}` are one path: the first way to write it stands for both.
    const shape = route.template.replaceAll(/\{[^{}*]*\}/g, '{}');
    const template = shapes.get(shape) ?? route.template;
    shapes.set(shape, template);
    const item = paths[template] ?? {};
    paths[template] = item;
    for (const method of methodsOf(route)) {
      if (item[method] !== undefined) continue;
      item[method] = operation(route, template);
      const pointer = `/paths/${pointerToken(template)}/${method}`;
      const value = `${method.toUpperCase()} ${template}`;
      parts.push({ pointer, value, path: route.path, line: route.line, how: route.how });
    }
  }
  const unread = [...new Set(unresolved.map(({ path, why }) => `${path}: ${why}`))].sort();
  const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    document: {
      openapi: '3.1.0',
      info: { title: 'routes read from code', version: '0' },
      paths: sorted,
      'x-realm': { kind: 'openapi', from: 'code', ...(unread.length === 0 ? {} : { unread }) },
    },
    parts: parts.sort((a, b) => (a.pointer < b.pointer ? -1 : 1)),
  };
}

const byPlace = (a: Route, b: Route): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line;

/** The methods of OpenAPI that a route answers. */
const methodsOf = ({ method }: Route): string[] =>
  method === '*' ? [...httpMethods] : httpMethods.filter((known) => known === method.toLowerCase());

function operation(route: Route, template: string): JsonObject {
  const inPath = [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']): JsonValue => {
    return { name, in: 'path', required: true, schema: {} };
  });
  const inQuery = Object.entries(route.query ?? {}).map(([name, { schema, required }]): JsonValue => {
    return { name, in: 'query', required, schema };
  });
  const parameters = [...inPath, ...inQuery];
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: route.body.required, content: json(route.body.schema) } }),
    responses: responsesOf(route),
  };
}

function responsesOf({ responses = {} }: Route): JsonObject {
  const known = Object.entries(responses).map(([status, schema]): [string, JsonObject] => [
    status,
    {
      description: '',
      ...(isObject(schema) && Object.keys(schema).length === 0 ? {} : { content: json(schema) }),
    },
  ]);
  return known.length === 0 ? { default: { description: '' } } : Object.fromEntries(known);
}

const json = (schema: JsonValue): JsonObject => ({ 'application/json': { schema } });
