import type { JsonObject, JsonValue } from '../../../json.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import { calleeName } from '../../evaluate/scopes.ts';
import { type Located, plain } from '../../evaluate/values.ts';
import type { Call, Expr } from '../../syntax/ir.ts';
import { importedAs } from '../things.ts';
import { literalOf } from './literal.ts';

const DEEPEST = 20;

/** What a schema describes, and whether it may be left out of the object around it. */
interface Shape {
  schema: JsonValue;
  optional: boolean;
}

/** The JSON Schema of a zod or TypeBox schema that the code writes down; undefined where it is neither, or not understood. */
export const zodSchema = (at: Located, e: Evaluator): JsonValue | undefined => shapeOf(at, e, 0)?.schema;

const simple: Record<string, JsonObject> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  bigint: { type: 'integer' },
  int: { type: 'integer' },
  integer: { type: 'integer' },
  date: { type: 'string', format: 'date-time' },
  email: { type: 'string', format: 'email' },
  uuid: { type: 'string', format: 'uuid' },
  url: { type: 'string', format: 'uri' },
  null: { type: 'null' },
  any: {},
  unknown: {},
};

function shapeOf(given: Located, e: Evaluator, depth: number): Shape | undefined {
  if (depth > DEEPEST) return undefined;
  const at = sourceOf(given, e);
  if (at === undefined || at.expr.kind !== 'call') return undefined;
  const call = at.expr;
  const { callee } = call;
  if (callee.kind !== 'member') return undefined;
  const name = callee.name;
  const inner = (expr: Expr): Shape | undefined => shapeOf({ ...at, expr }, e, depth + 1);
  const isRoot = /^(?:zod|@sinclair\/typebox)/.test(importedAs(callee.object, at.module) ?? '');
  if (isRoot || (callee.object.kind === 'member' && callee.object.name === 'coerce'))
    return made(call, at, e, depth);
  const before = inner(callee.object);
  if (before === undefined) return undefined;
  const { schema } = before;
  switch (name) {
    case 'optional':
    case 'nullish':
    case 'default':
    case 'catch':
      return { schema: name === 'nullish' ? nullable(schema) : schema, optional: true };
    case 'nullable':
      return { ...before, schema: nullable(schema) };
    case 'array':
      return { schema: { type: 'array', items: schema }, optional: false };
    case 'int':
      return { ...before, schema: { ...(schema as JsonObject), type: 'integer' } };
    case 'email':
    case 'uuid':
      return { ...before, schema: { ...(schema as JsonObject), format: name } };
    case 'partial':
      return { ...before, schema: without(schema, 'required') };
    case 'extend':
    case 'merge': {
      const [more] = call.args;
      if (!more) return undefined;
      const extra =
        name === 'merge' ? inner(more.value)?.schema : objectOf({ ...at, expr: more.value }, e, depth);
      return extra === undefined ? undefined : { ...before, schema: merged(schema, extra) };
    }
    case 'pick':
    case 'omit':
    case 'transform':
    case 'pipe':
    case 'and':
    case 'or':
      return undefined;
    default:
      // A restriction, which leaves the shape what it is.
      return before;
  }
}

function made(call: Call, at: Located, e: Evaluator, depth: number): Shape | undefined {
  const name = calleeName(call).replace(/^[A-Z]/, (first) => first.toLowerCase());
  const plainShape = (schema: JsonValue | undefined): Shape | undefined =>
    schema === undefined ? undefined : { schema, optional: false };
  const [first] = call.args;
  if (Object.hasOwn(simple, name)) return plainShape(simple[name]);
  if (!first) return undefined;
  const within: Located = { ...at, expr: first.value };
  switch (name) {
    case 'object':
    case 'strictObject':
    case 'looseObject':
      return plainShape(objectOf(within, e, depth));
    case 'array': {
      const items = shapeOf(within, e, depth + 1)?.schema;
      return plainShape(items === undefined ? undefined : { type: 'array', items });
    }
    case 'optional': {
      const shape = shapeOf(within, e, depth + 1);
      return shape && { ...shape, optional: true };
    }
    case 'literal': {
      const value = literalOf(within, e);
      return plainShape(value === undefined ? undefined : { const: value });
    }
    case 'enum': {
      const values = literalOf(within, e);
      return plainShape(Array.isArray(values) ? { enum: values } : undefined);
    }
    case 'union': {
      const options = e.elements(within).map((item) => shapeOf(item, e, depth + 1)?.schema);
      return plainShape(
        options.every((option) => option !== undefined) ? { anyOf: options as JsonValue[] } : undefined,
      );
    }
    default:
      return undefined;
  }
}

function objectOf(at: Located, e: Evaluator, depth: number): JsonObject | undefined {
  const [value] = e.evaluate(at);
  if (value?.t !== 'map') return undefined;
  const properties: Record<string, JsonValue> = {};
  const required: string[] = [];
  for (const { key, value: inner } of value.entries) {
    const name = plain(e.evaluate(key)[0]);
    if (name === undefined) return undefined;
    const shape = shapeOf(inner, e, depth + 1);
    properties[name] = shape?.schema ?? {};
    if (shape !== undefined && !shape.optional) required.push(name);
  }
  return { type: 'object', ...(required.length > 0 ? { required } : {}), properties };
}

/** The call that a name stands for. */
function sourceOf(at: Located, e: Evaluator): Located | undefined {
  if (at.expr.kind === 'call') return at;
  const [value] = e.evaluate(at);
  const [source] = value?.t === 'thing' && value.type === 'schema' ? (value.props.get('source') ?? []) : [];
  return source?.t === 'list' ? source.items[0] : undefined;
}

const nullable = (schema: JsonValue): JsonValue => ({ anyOf: [schema, { type: 'null' }] });

function without(schema: JsonValue, key: string): JsonValue {
  return Object.fromEntries(Object.entries(schema as JsonObject).filter(([name]) => name !== key));
}

function merged(a: JsonValue, b: JsonValue): JsonValue {
  const [before, after] = [a as JsonObject, b as JsonObject];
  const properties = { ...(before.properties as JsonObject), ...(after.properties as JsonObject) };
  const again = new Set(Object.keys((after.properties ?? {}) as JsonObject));
  const required = [
    ...((before.required as string[] | undefined) ?? []).filter((name) => !again.has(name)),
    ...((after.required as string[] | undefined) ?? []),
  ];
  return { type: 'object', ...(required.length > 0 ? { required } : {}), properties };
}
