import { httpMethods } from '../../../compat/http-methods.ts';
import { openapiVersion } from '../../../compat/openapi-version.ts';
import type { Change, ValueComparison } from '../../../compat/types.ts';
import { atPointer, isObject, type JsonObject, type JsonValue } from '../../../json.ts';

export const isSwagger = (value: JsonValue): value is JsonObject =>
  isObject(value) && openapiVersion(value)?.key === 'swagger' && openapiVersion(value)?.version === '2.0';

/**
 * A document of Swagger 2.0 as one of OpenAPI 3.0, by `@scalar/openapi-upgrader`, loaded only here; a text says why that
 * cannot be done. What the converter passes over is written out first: parameters by reference (a body among them would
 * otherwise become a parameter), the default of `collectionFormat` (Swagger 2.0, Parameter Object), and a version without quotes.
 */
export async function converted(document: JsonObject): Promise<JsonObject | string> {
  const { upgradeFromTwoToThree } = await import('@scalar/openapi-upgrader/2.0-to-3.0');
  try {
    return withoutHoles(upgradeFromTwoToThree(writtenOut(document)) as unknown as JsonObject);
  } catch (error) {
    return `it cannot be converted from Swagger 2.0: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The converter writes `schema: undefined` for a body that says nothing of itself. */
function withoutHoles<Value extends JsonValue>(value: Value): Value {
  const waiting: JsonValue[] = [value];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    if (Array.isArray(here)) waiting.push(...here);
    else if (isObject(here))
      for (const [key, member] of Object.entries(here) as [string, JsonValue | undefined][])
        if (member === undefined) delete here[key];
        else if (typeof member === 'object') waiting.push(member);
  }
  return value;
}

function writtenOut(document: JsonObject): JsonObject {
  const copy: JsonObject = { ...structuredClone(document), swagger: '2.0' };
  const { paths } = copy;
  for (const item of Object.values(isObject(paths) ? paths : {})) {
    if (!isObject(item)) continue;
    for (const holder of [item, ...httpMethods.map((method) => item[method])])
      if (isObject(holder) && Array.isArray(holder.parameters))
        holder.parameters = holder.parameters.map((parameter) => parameterOf(copy, parameter));
  }
  return copy;
}

function parameterOf(document: JsonObject, parameter: JsonValue): JsonValue {
  const $ref = isObject(parameter) ? parameter.$ref : undefined;
  const found =
    typeof $ref === 'string' && $ref.startsWith('#/') ? atPointer(document, $ref.slice(1)) : parameter;
  if (!isObject(found)) return parameter;
  const isList = found.type === 'array' && found.in !== 'body' && found.collectionFormat === undefined;
  return isList ? { ...structuredClone(found), collectionFormat: 'csv' } : structuredClone(found);
}

/** Where the groups of Swagger 2.0 are after the conversion. */
const groups: readonly [converted: string, written: string][] = [
  ['/components/schemas/', '/definitions/'],
  ['/components/parameters/', '/parameters/'],
  ['/components/requestBodies/', '/parameters/'],
  ['/components/responses/', '/responses/'],
  ['/components/securitySchemes/', '/securityDefinitions/'],
];

/** A body is a parameter, a response has one schema for all media types, and a parameter is its own schema. */
const asWritten = (pointer: string): string => {
  const group = groups.find(([converted]) => pointer.startsWith(converted));
  const written = group ? `${group[1]}${pointer.slice(group[0].length)}` : pointer;
  return written
    .replace(/^((?:\/paths\/[^/]+\/[^/]+)?\/responses\/[^/]+)\/content\/[^/]+/, '$1')
    .replace(/^(\/paths\/[^/]+\/[^/]+)\/requestBody(?:\/content(?:\/[^/]+(?:\/schema)?)?)?/, '$1/parameters')
    .replace(/^((?:\/paths\/[^/]+(?:\/[^/]+)?)?\/parameters\/[^/]+)\/schema(?=\/|$)/, '$1');
};

/** A comparison with the places of a converted side as its document has them. */
export function placedAsWritten(
  { verdict, changes }: ValueComparison,
  { old, now }: { old: boolean; now: boolean },
): ValueComparison {
  const placed = (change: Change): Change => ({
    ...change,
    pointer: (change.gone ? old : now) ? asWritten(change.pointer) : change.pointer,
    ...(change.oldPointer === undefined
      ? {}
      : { oldPointer: old ? asWritten(change.oldPointer) : change.oldPointer }),
  });
  return {
    verdict: 'pointer' in verdict && now ? { ...verdict, pointer: asWritten(verdict.pointer) } : verdict,
    changes: changes.map(placed),
  };
}
