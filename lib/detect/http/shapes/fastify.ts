import type { JsonObject, JsonValue } from '../../../json.ts';
import { isObject } from '../../../json.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import type { Located } from '../../evaluate/values.ts';
import type { Call } from '../../syntax/ir.ts';
import { optionAt } from '../things.ts';
import type { Route } from '../types.ts';
import { literalOf } from './literal.ts';
import { zodSchema } from './zod.ts';

type Shapes = Pick<Route, 'body' | 'query' | 'responses'>;

/** What a route declares beside its handler: Fastify's `schema`, Hono's `zValidator('json', …)`. */
export function declaredBy(call: Call, at: Located, e: Evaluator): Shapes {
  const here = { ...at, expr: call };
  const schema = optionAt(call, ['schema'], here, e);
  const shapes: Shapes = {};
  if (schema !== undefined) {
    const part = (name: string): JsonValue | undefined => {
      const found = e.entry(schema, name);
      return found && (zodSchema(found, e) ?? literalOf(found, e));
    };
    const body = part('body');
    const query = part('querystring') ?? part('query');
    if (isObject(body)) shapes.body = { schema: body, required: true };
    if (isObject(query)) shapes.query = queryOf(query);
    const responses = responsesOf(e.entry(schema, 'response'), e);
    if (responses) shapes.responses = responses;
  }
  for (const { value } of call.args) {
    if (value.kind !== 'call' || value.callee.kind !== 'name') continue;
    if (!/^(?:zValidator|sValidator|tbValidator|vValidator)$/.test(value.callee.name)) continue;
    const [target, given] = value.args;
    const found = given && zodSchema({ ...at, expr: given.value }, e);
    if (target?.value.kind !== 'text' || !isObject(found)) continue;
    if (target.value.value === 'json') shapes.body = { schema: found, required: true };
    if (target.value.value === 'query') shapes.query = queryOf(found);
  }
  return shapes;
}

function responsesOf(at: Located | undefined, e: Evaluator): Record<string, JsonValue> | undefined {
  const [value] = at ? e.evaluate(at) : [];
  if (value?.t !== 'map') return undefined;
  const found: Record<string, JsonValue> = {};
  for (const entry of value.entries) {
    const [key] = e.texts(entry.key);
    const status = key?.join('') ?? '';
    const schema = zodSchema(entry.value, e) ?? literalOf(entry.value, e);
    if (/^(?:[1-5]\d\d|[1-5]xx|default)$/i.test(status) && isObject(schema))
      found[status.length === 3 && /xx$/i.test(status) ? status.toUpperCase() : status] = schema;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/** The properties of an object's schema as query parameters. */
function queryOf(schema: JsonObject): NonNullable<Route['query']> {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [
      name,
      { schema: inner, required: required.includes(name) },
    ]),
  );
}
