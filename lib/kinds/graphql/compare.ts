import type { GraphQLSchema } from 'graphql';
import { worstFirst } from '../../compat/differences/order.ts';
import type { Change, ChangeLevel, ValueComparison, Verdict } from '../../compat/types.ts';
import { pointerToken } from '../../json.ts';
import { type Clashes, clashes } from './merging.ts';
import { isExecutable, newImplementations, typesRead } from './reach.ts';
import { messageOf, schemaOf } from './schema.ts';
import { Witnesses } from './witness.ts';

type Graphql = typeof import('graphql');
type Inspector = typeof import('@graphql-inspector/core');
type Difference = Awaited<ReturnType<Inspector['diff']>>[number];

/**
 * Can every client of the old GraphQL schema (SDL) use the new one? The differences come from
 * `@graphql-inspector/core`, loaded only when called. What it calls breaking is; what it calls dangerous is decided
 * as for other interfaces, by what a client may be sent:
 *
 * - a new value of an enum, a new member of a union or a new implementation of an interface breaks where a query may be sent
 *   it; an enum that is only written, or a type that no query reaches, breaks nobody;
 * - a field that becomes non-null breaks the operations that select it beside a field of another type in one place;
 * - a new optional argument or input field, or an interface more, does not: a client need not know of it;
 * - another default is `unknown`, for what happens to those who leave the value out changed; one that no longer exists from a
 *   non-null argument breaks;
 * - a directive that only a schema may use is nothing that a client could name; where one is used, what it does is `unknown`,
 *   except `@deprecated`, which is words, and those whose meaning is defined (`@oneOf`, `@inaccessible`, `@tag`).
 *
 * The witness is a query that the old schema accepts and the new one does not, where one can be made, else the coordinate.
 */
export async function compareGraphql(oldSdl: string, newSdl: string): Promise<ValueComparison> {
  if (oldSdl === newSdl) return { verdict: { verdict: 'equal' }, changes: [] };
  const [graphql, inspector] = await Promise.all([import('graphql'), import('@graphql-inspector/core')]);
  const old = schemaOf(graphql, oldSdl);
  const now = schemaOf(graphql, newSdl);
  if (typeof old === 'string') return unknown(`the old schema: ${old}`);
  if (typeof now === 'string') return unknown(`the new schema: ${now}`);
  let differences: Difference[];
  try {
    differences = await inspector.diff(old, now);
  } catch (error) {
    return unknown(`the schemas cannot be compared: ${messageOf(error)}`);
  }
  const read = typesRead(graphql, old);
  const witnesses = new Witnesses(graphql, old, now);
  // Looked for when a field becomes narrower, which few changes do.
  let known: Clashes | undefined;
  const clashing: Clashes = (type, name) => {
    known ??= clashes(graphql, old, now, read);
    return known(type, name);
  };
  const implementations = newImplementations(graphql, old, now, read).map(implementationAdded);
  const found = differences
    .filter((change) => !isInsideNew(graphql, change, old))
    .map((change): Change => {
      const meaning = meaningOf(graphql, change, old, now, read);
      const clash = meaning === 'compatible' ? clashOf(change, clashing, witnesses) : undefined;
      const level = clash?.level ?? (meaning === 'described' ? 'none' : meaning);
      const kind = meaning === 'described' ? 'described' : kindOf(change.type);
      const witness =
        clash?.witness ??
        (level === 'breaking' ? witnesses.of(change.path ?? '', change.message) : undefined);
      const pointer = `/${(change.path ?? '').split('.').map(pointerToken).join('/')}`;
      return {
        kind,
        pointer,
        ...(kind === 'added' ? {} : { oldPointer: pointer }),
        ...(kind === 'removed' ? { gone: true as const } : {}),
        subject: change.message,
        breaking: level === 'breaking' || level === 'unknown',
        rule: `graphql/${clash ? 'field-type-clashes' : ruleOf(change, level)}`,
        level,
        where: coordinateOf(change),
        ...(witness === undefined ? {} : { witness }),
        reason: clash ? `${change.message}; ${clash.reason}` : change.message,
      };
    });
  const changes = [...implementations, ...found];
  const about = ({ pointer, rule = '', reason = '' }: Change) => ({
    pointer,
    keyword: rule.slice(8),
    reason,
  });
  const breaking = changes.find((change) => change.level === 'breaking');
  const doubt = changes.find((change) => change.level === 'unknown');
  const verdict: Verdict = breaking
    ? { verdict: 'breaking', witness: breaking.witness ?? '', ...about(breaking) }
    : doubt
      ? { verdict: 'unknown', ...about(doubt) }
      : { verdict: changes.length > 0 ? 'compatible' : 'equal' };
  return { verdict, changes: worstFirst(changes) };
}

/** A field may return a type that no query was written for, as with a new member of a union. */
function implementationAdded({ type, interface: name }: { type: string; interface: string }): Change {
  const reason = `Type '${type}' was added to the implementations of interface '${name}'`;
  return {
    ...{ kind: 'added', pointer: `/${pointerToken(name)}`, subject: reason, breaking: true },
    ...{ rule: 'graphql/implementation-added', level: 'breaking', where: name, witness: type, reason },
  };
}

const unknown = (reason: string): ValueComparison => ({
  verdict: { verdict: 'unknown', reason, pointer: '' },
  changes: [],
});

/** What a field that became narrower does to the operations that merge it with one of another type. */
function clashOf(
  { type, path = '' }: Difference,
  clashing: Clashes,
  witnesses: Witnesses,
): { level: 'breaking' | 'unknown'; reason: string; witness?: string } | undefined {
  const [typeName = '', fieldName = ''] = path.split('.');
  const other = type === 'FIELD_TYPE_CHANGED' ? clashing(typeName, fieldName) : undefined;
  if (other === undefined) return undefined;
  const reason = `it can no longer be selected beside ${other}.${fieldName}`;
  const witness = witnesses.merging(typeName, other, fieldName);
  return witness === undefined ? { level: 'unknown', reason } : { level: 'breaking', reason, witness };
}

type Meaning = 'breaking' | 'unknown' | 'compatible' | 'described';

function meaningOf(
  graphql: Graphql,
  change: Difference,
  old: GraphQLSchema,
  now: GraphQLSchema,
  read: ReadonlySet<string>,
): Meaning {
  const { type, path = '' } = change;
  if (
    /DESCRIPTION|DEPRECATION/.test(type) ||
    /\bdeprecated\b/.test(type.startsWith('DIRECTIVE_USAGE') ? path : '')
  ) {
    return 'described';
  }
  if (type.startsWith('DIRECTIVE_USAGE')) return usageMeaning(change);
  if (type.startsWith('DIRECTIVE')) {
    const directive = old.getDirective((path.split('.')[0] ?? '').replace(/^@/, ''));
    if (directive && !isExecutable(graphql, directive)) return 'compatible';
  }
  if (change.criticality.level === 'BREAKING') return 'breaking';
  if (type === 'ENUM_VALUE_ADDED') return read.has(path.split('.')[0] ?? '') ? 'breaking' : 'compatible';
  if (type === 'UNION_MEMBER_ADDED') return read.has(path.split('.')[0] ?? '') ? 'breaking' : 'compatible';
  if (type === 'DIRECTIVE_REPEATABLE_REMOVED') return 'breaking';
  if (type === 'DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED') return 'unknown';
  if (type === 'FIELD_ARGUMENT_DEFAULT_CHANGED' || type === 'INPUT_FIELD_DEFAULT_VALUE_CHANGED') {
    return isRequired(graphql, now, path) && !isRequired(graphql, old, path) ? 'breaking' : 'unknown';
  }
  return 'compatible';
}

/** What it means that a directive is used in a place where it was not, or no longer. */
function usageMeaning({ type, message }: Difference): Meaning {
  const isNew = type.endsWith('_ADDED');
  switch (/Directive '@?(\w+)'/.exec(message)?.[1]) {
    // One field must be given where any number could be (GraphQL September 2025, section 3.10.1).
    case 'oneOf':
      return isNew ? 'breaking' : 'compatible';
    // Hidden from clients, or shown to them (Apollo Federation, @inaccessible).
    case 'inaccessible':
      return isNew ? 'breaking' : 'compatible';
    case 'tag':
      return 'compatible';
    default:
      return 'unknown';
  }
}

/** The rule of a difference, without its kind; what means one thing here and another there has a name for each. */
function ruleOf({ type }: Difference, level: ChangeLevel): string {
  if (/DESCRIPTION/.test(type)) return 'description-changed';
  if (level === 'none') return 'deprecation-changed';
  const usage = /^DIRECTIVE_USAGE_.*_(ADDED|REMOVED)$/.exec(type)?.[1];
  if (usage !== undefined) return `directive-usage-${usage.toLowerCase()}`;
  const name = type
    .replace(/^FIELD_ARGUMENT_/, 'ARGUMENT_')
    .replace(/^OBJECT_TYPE_INTERFACE/, 'INTERFACE')
    .replace(/^SCHEMA_(QUERY|MUTATION|SUBSCRIPTION)_TYPE/, 'ROOT_TYPE')
    .replace('DEFAULT_VALUE', 'DEFAULT')
    .toLowerCase()
    .replaceAll('_', '-');
  if (level === 'breaking') {
    if (/^(argument|input-field|directive-argument)-added$/.test(name)) return `required-${name}`;
    if (/^(argument|input-field)-default-changed$/.test(name))
      return name.replace('default-changed', 'became-required');
  }
  if (level === 'compatible') {
    if (name === 'field-type-changed') return 'field-type-narrowed';
    if (/^(argument|input-field)-type-changed$/.test(name)) return name.replace('changed', 'widened');
    if (name === 'enum-value-added') return 'input-enum-value-added';
    if (name === 'union-member-added') return 'unreached-union-member-added';
  }
  return name;
}

/** The coordinate of a difference as the GraphQL specification writes them: `Query.user(id:)`. */
function coordinateOf({ type, path = '', message }: Difference): string {
  const [first = '', second, third, ...rest] = path.split('.');
  if (path === '') return message;
  if (second === undefined) return first;
  if (first.startsWith('@')) return `${first}(${second}:)`;
  if (third === undefined || rest.length > 0 || !/ARGUMENT/.test(type)) return path;
  return `${first}.${second}(${third}:)`;
}

function kindOf(type: string): Change['kind'] {
  if (/_ADDED$/.test(type)) return 'added';
  return /_REMOVED$/.test(type) ? 'removed' : 'changed';
}

/** Must the argument or input field at `Type.field.argument` or `Input.field` be given? */
function isRequired(graphql: Graphql, schema: GraphQLSchema, path: string): boolean {
  const [typeName = '', fieldName = '', argumentName] = path.split('.');
  const type = schema.getType(typeName);
  if (graphql.isInputObjectType(type)) {
    const field = type.getFields()[fieldName];
    return field !== undefined && graphql.isRequiredInputField(field);
  }
  if (!graphql.isObjectType(type) && !graphql.isInterfaceType(type)) return false;
  const argument = type.getFields()[fieldName]?.args.find((candidate) => candidate.name === argumentName);
  return argument !== undefined && graphql.isRequiredArgument(argument);
}

/** A part of a type, field or directive that is new as a whole, which is the change. */
function isInsideNew(graphql: Graphql, { type, path = '' }: Difference, old: GraphQLSchema): boolean {
  const [first = ''] = path.split('.');
  if (type.startsWith('DIRECTIVE_USAGE')) return isNewPlace(graphql, old, path);
  if (/^(TYPE|SCHEMA|DIRECTIVE)_(ADDED|REMOVED)$|^SCHEMA/.test(type) || first === '') return false;
  return type.startsWith('DIRECTIVE')
    ? !old.getDirective(first.replace(/^@/, ''))
    : old.getType(first) === undefined;
}

/** A directive on something that the old schema did not have says nothing to its clients. */
function isNewPlace(graphql: Graphql, old: GraphQLSchema, path: string): boolean {
  const [typeName = '', fieldName = ''] = path.split('.');
  // The schema itself was there.
  if (typeName === '') return false;
  const type = old.getType(typeName);
  if (!type) return true;
  if (graphql.isObjectType(type) || graphql.isInterfaceType(type) || graphql.isInputObjectType(type)) {
    return fieldName !== '' && !fieldName.startsWith('@') && !(fieldName in type.getFields());
  }
  return false;
}
