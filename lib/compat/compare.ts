import type { JsonValue } from '../json.ts';
import { worse, worstFirst } from './differences/order.ts';
import type { Direction } from './judge.ts';
import type { Change, ValueComparison, Verdict } from './types.ts';

export const documentKinds = [
  'schema',
  'value',
  'openapi',
  'asyncapi',
  'graphql',
  'workflow',
  'protobuf',
  'avro',
  'helm',
] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** `both`: backwards and forwards have to hold, and the worse answer counts. */
export const directions = ['backwards', 'forwards', 'both'] as const;

export interface Comparison {
  kind: DocumentKind;
  old: JsonValue;
  new: JsonValue;
  /** Of values: the old one's schema, whose `x-realm` says how they are compared. */
  schema?: JsonValue | undefined;
  /** Of values: the new one's schema, where it is another. */
  newSchema?: JsonValue | undefined;
  direction?: Direction | 'both' | undefined;
  /** Of .proto files: what has to stay as it is (`compatibility.level` of a contract). */
  level?: string | undefined;
}

/** Compares two documents of one kind; the code for a kind is loaded when it is met. */
export async function compareDocuments(comparison: Comparison): Promise<ValueComparison> {
  const { direction = 'backwards' } = comparison;
  if (direction === 'backwards') return compareOnce(comparison);
  const { old, new: now, schema, newSchema } = comparison;
  const turned = { ...comparison, old: now, new: old, schema: newSchema ?? schema, newSchema: schema };
  const { verdict, changes } = await compareOnce(turned);
  const forwards = changes.map(turnedBack);
  if (direction === 'forwards') return { verdict, changes: forwards };
  const backwards = await compareOnce(comparison);
  return {
    verdict: worse(backwards.verdict, labelled(verdict)),
    changes: worstFirst([...backwards.changes, ...forwards.filter((change) => change.breaking)]),
  };
}

/** A change from the new side to the old one, with its places where they are. */
function turnedBack(change: Change): Change {
  const { oldPointer, gone, reason, ...rest } = change;
  const [old, now] = [gone ? undefined : change.pointer, gone ? (oldPointer ?? change.pointer) : oldPointer];
  return {
    ...rest,
    pointer: now ?? old ?? '',
    ...(old === undefined ? {} : { oldPointer: old }),
    ...(now === undefined ? { gone: true as const } : {}),
    ...(reason === undefined ? {} : { reason: `forwards: ${reason}` }),
  };
}

async function compareOnce({
  kind,
  old,
  new: now,
  schema,
  newSchema,
  level,
}: Comparison): Promise<ValueComparison> {
  if (kind === 'graphql' && (typeof old !== 'string' || typeof now !== 'string')) {
    const reason = 'a GraphQL schema must be a string of SDL';
    return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
  }
  const { kindAsked } = await import('../kinds/index.ts');
  const { compare } = await kindAsked(kind === 'schema' ? 'json-schema' : kind);
  const asked = level === undefined ? {} : { level };
  if (kind !== 'value')
    return compare({ value: null, schema: old, ...asked }, { value: null, schema: now, ...asked });
  return compare({ value: old, schema: schema ?? {} }, { value: now, schema: newSchema ?? schema ?? {} });
}

/** The kind of two documents by its name; release 0.1 called a JSON Schema `schema`. */
export const documentKindNamed = (name: string): DocumentKind | undefined =>
  documentKinds.find((documentKind) => documentKind === (name === 'json-schema' ? 'schema' : name));

const labelled = (verdict: Verdict): Verdict =>
  'reason' in verdict ? { ...verdict, reason: `forwards: ${verdict.reason}` } : verdict;
