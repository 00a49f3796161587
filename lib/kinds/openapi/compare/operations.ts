import { httpMethods } from '../../../compat/http-methods.ts';
import { isObject, type JsonValue } from '../../../json.ts';
import { bodies } from './bodies.ts';
import { type Located, member, members, type OpenapiDocument } from './document.ts';
import { type Parameter, parameters } from './parameters.ts';
import type { Report } from './report.ts';
import { responses } from './responses.ts';
import { security } from './security.ts';
import { sameOnTheWire } from './wire.ts';

/** One operation with what its path item gives it. */
export interface Operation {
  /** `GET /users/{id}`, for messages. */
  name: string;
  document: OpenapiDocument;
  place: Located;
  parameters: Parameter[];
}

/** The operations of a path item by method. */
export function operationsOf(document: OpenapiDocument, path: string, item: Located): Map<string, Operation> {
  const found = new Map<string, Operation>();
  const resolved = document.resolve(item);
  if (!resolved) return found;
  for (const method of httpMethods) {
    const place = member(resolved, method);
    if (!isObject(place.node)) continue;
    const name = `${method.toUpperCase()} ${path}`;
    found.set(method, { name, document, place, parameters: parameters(document, path, resolved, place) });
  }
  // Of any other method, as written (OpenAPI 3.2.0, "Path Item Object").
  for (const [method, place] of members(member(resolved, 'additionalOperations'))) {
    if (!isObject(place.node)) continue;
    const own = { name: `${method} ${path}`, document, place };
    found.set(`other ${method}`, { ...own, parameters: parameters(document, path, resolved, place) });
  }
  return found;
}

/**
 * Can anyone who called the old operation call the new one? Requests may say less, responses more carefully: each schema is
 * compared in its own direction. With `reversed` (callbacks and webhooks, where the provider calls) the arguments are
 * swapped by the caller, and a parameter that only the caller knows is harmless.
 */
export function compareOperations(old: Operation, now: Operation, report: Report, reversed = false): void {
  report.words(old.name, old.place, now.place);
  report.part(old.name, () => compareParameters(old, now, report, reversed));
  report.part(old.name, () => bodies(old, now, report));
  report.part(old.name, () => responses(old, now, report));
  report.part(old.name, () => security(old, now, report));
  report.part(old.name, () => compareCallbacks(old, now, report));
}

function compareParameters(old: Operation, now: Operation, report: Report, reversed: boolean): void {
  const has = new Map(now.parameters.map((parameter) => [parameter.key, parameter]));
  const had = new Set(old.parameters.map(({ key }) => key));
  for (const before of old.parameters) {
    const after = has.get(before.key);
    const where = `${old.name} → ${before.where}`;
    if (after) {
      const pair = { before, after, where };
      report.part(where, () => compareParameter(pair, old, now, report));
    } else
      report.note({
        ...{ rule: 'parameter-removed', level: reversed ? 'compatible' : 'breaking', kind: 'removed', where },
        ...{ noun: 'parameter', old: before.place.pointer, keyword: 'parameters', witness: before.name },
      });
  }
  for (const after of now.parameters) {
    if (had.has(after.key)) continue;
    const come = { kind: 'added', where: `${now.name} → ${after.where}`, now: after.place.pointer } as const;
    if (after.required)
      report.note({
        ...{ rule: 'required-parameter-added', level: 'breaking', ...come, noun: 'required parameter' },
        ...{ keyword: 'required', witness: withoutParameter(old) },
      });
    else report.note({ rule: 'parameter-added', level: 'compatible', ...come, noun: 'parameter' });
  }
}

/** One parameter that both documents have. */
interface ParameterPair {
  before: Parameter;
  after: Parameter;
  where: string;
}

function compareParameter(pair: ParameterPair, old: Operation, now: Operation, report: Report): void {
  const { before, after, where } = pair;
  compareRequired(pair, old, report);
  report.words(where, before.place, after.place);
  const changed = { kind: 'changed', where, noun: 'parameter' } as const;
  const at = { old: before.schema.pointer, now: after.schema.pointer };
  const serialised = serialisation(before, after);
  const from = { document: old.document, place: before.schema };
  const to = { document: now.document, place: after.schema };
  if (serialised)
    report.note({
      ...{ rule: 'parameter-style-changed', level: 'breaking', ...changed },
      ...{ reason: `it is serialized differently (${serialised})`, old: before.place.pointer },
      ...{ now: after.place.pointer, keyword: serialised, witness: before.name },
    });
  else if (takesAnyText(before, after)) {
    compareDefaults(pair, report);
    const reason = 'it now accepts any text';
    report.note({ rule: 'parameter-takes-any-text', level: 'none', ...changed, reason, ...at });
  } else if (sameOnTheWire(before, after, from, to, report)) {
    const reason = 'its type changed, and every text that clients send is still accepted';
    report.note({ rule: 'parameter-same-on-the-wire', level: 'compatible', ...changed, reason, ...at });
  } else report.schemas({ where, message: 'request' }, from, to);
}

function compareRequired({ before, after, where }: ParameterPair, old: Operation, report: Report): void {
  if (before.required === after.required) return;
  const flag = {
    ...{ old: `${before.place.pointer}/required`, now: `${after.place.pointer}/required` },
    ...({ keyword: 'required', kind: 'changed', where, noun: 'parameter' } as const),
  };
  if (after.required)
    report.note({
      ...{ rule: 'parameter-became-required', level: 'breaking', ...flag },
      ...{ reason: 'it is now required', witness: withoutParameter(old) },
    });
  else
    report.note({
      ...{ rule: 'parameter-became-optional', level: 'compatible', ...flag },
      reason: 'it is now optional',
    });
}

/** A request that names none of the parameters, which was valid. */
const withoutParameter = (old: Operation): JsonValue => old.name;

/** The keyword by which two parameters are serialised differently. */
function serialisation(before: Parameter, after: Parameter): string | undefined {
  if (before.media !== after.media) return 'content';
  if (before.style !== after.style) return 'style';
  const { node } = before.schema;
  const plain = isObject(node) && ['string', 'number', 'integer', 'boolean'].includes(String(node.type));
  if (before.explode !== after.explode && !plain) return 'explode';
  if (before.allowReserved && !after.allowReserved) return 'allowReserved';
  return before.allowEmptyValue && !after.allowEmptyValue ? 'allowEmptyValue' : undefined;
}

/** Where only the types differ, the defaults are still to be compared, as the texts that they are. */
function compareDefaults({ before, after, where }: ParameterPair, report: Report): void {
  const [was, is] = [before, after].map(({ schema: { node } }) =>
    isObject(node) ? node.default : undefined,
  );
  if (was === undefined || String(was) === String(is)) return;
  report.note({
    ...{ rule: 'request-default-changed', level: 'unknown', kind: 'changed', where, noun: 'default' },
    ...{ old: `${before.schema.pointer}/default`, now: after.schema.pointer, keyword: 'default' },
  });
}

/** In a URL or a header a number is text too: a string without conditions takes every single value of another type. */
function takesAnyText(before: Parameter, after: Parameter): boolean {
  const { node } = after.schema;
  const { node: was } = before.schema;
  if (!isObject(node) || !isObject(was) || before.media !== undefined) return false;
  if (!['number', 'integer', 'boolean'].includes(String(was.type)) || was.nullable === true) return false;
  const conditions = [
    'type',
    'title',
    'description',
    'example',
    'examples',
    'default',
    'deprecated',
    'nullable',
  ];
  return (
    node.type === 'string' &&
    Object.keys(node).every((key) => conditions.includes(key) || key.startsWith('x-'))
  );
}

function compareCallbacks(old: Operation, now: Operation, report: Report): void {
  const before = callbacksOf(old);
  const after = callbacksOf(now);
  for (const [key, was] of before) {
    const is = after.get(key);
    if (!is)
      report.note({
        ...{
          rule: 'callback-removed',
          level: 'breaking',
          kind: 'removed',
          where: `${old.name} → ${was.name}`,
        },
        ...{ noun: 'callback', old: was.place.pointer, keyword: 'callbacks', witness: was.name },
      });
    // Here the provider is the one who calls: what it sends now has to suit those who listen since before.
    else report.turn('callback', () => compareOperations(is, was, report, true));
  }
  for (const [key, is] of after) {
    if (before.has(key)) continue;
    const where = `${now.name} → ${is.name}`;
    report.note({
      rule: 'callback-added',
      level: 'compatible',
      kind: 'added',
      where,
      noun: 'callback',
      now: is.place.pointer,
    });
  }
}

function callbacksOf(operation: Operation): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (const [name, callback] of members(member(operation.place, 'callbacks'))) {
    const resolved = operation.document.resolve(callback);
    if (!resolved) continue;
    for (const [expression, item] of members(resolved)) {
      for (const [method, called] of operationsOf(operation.document, expression, item)) {
        found.set(JSON.stringify([name, expression, method]), {
          ...called,
          name: `${name} (${called.name})`,
        });
      }
    }
  }
  return found;
}
