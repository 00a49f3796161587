import { RealmError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { graphql } from './graphql/index.ts';
import { jsonSchema } from './json-schema/index.ts';
import { openapi } from './openapi/index.ts';
import { s3 } from './s3/index.ts';
import type { Content, Kind, Use } from './types.ts';
import { value } from './value/index.ts';

/** The kinds there are, in the order in which they are asked. The only list of them. */
export const kinds: readonly Kind[] = [s3, openapi, graphql, jsonSchema, value];

/** The kind of that name; `undefined` where this release does not know it. */
export const kindNamed = (name: string): Kind | undefined => kinds.find((kind) => kind.name === name);

/** The kind that the user named. Throws `kind-unknown` with the names there are. */
export function kindAsked(name: string): Kind {
  const kind = kindNamed(name);
  if (kind !== undefined) return kind;
  const known = kinds.map((one) => one.name);
  throw new RealmError('kind-unknown', `no kind of contract is called '${name}'`, {
    hint: `choose one of ${known.join(', ')}`,
    exitCode: 129,
    data: { name, known },
  });
}

/** A contract as its file has it, as far as its kind goes. */
export interface OfSomeKind {
  kind?: string | undefined;
  value?: JsonValue | undefined;
  schema?: JsonValue | undefined;
}

/**
 * The kind of a contract: the one it names, else by what it holds: `x-realm: { kind: paths }` is `s3`, a document that a
 * kind recognises is of that kind, anything else is `value`. One that names a kind nobody knows is treated as a `value`
 * only where it has one: see `kindProblem`.
 */
export function kindOf(contract: OfSomeKind): Kind {
  const named = contract.kind === undefined ? undefined : kindNamed(contract.kind);
  if (named !== undefined) return named;
  const content = contentOf(contract);
  return kinds.find((kind) => kind.holds(content)) ?? value;
}

/** Why a contract's kind is not known here; `null` where it is. */
export const kindProblem = ({ kind }: OfSomeKind): string | null =>
  kind === undefined || kindNamed(kind) !== undefined
    ? null
    : `it is of kind '${kind}', which this release does not know`;

/** What a contract says. */
export const contentOf = ({ value, schema }: OfSomeKind): Content => ({
  value: value ?? null,
  schema: schema ?? {},
});

/** The names of all kinds, as `--kind` takes them. */
export const kindNames: readonly string[] = kinds.map((kind) => kind.name);

/** How a binding of a contract of this kind is read; release 0.1 wrote the provider's reader for a copy of a document. */
export const useNamed = (kind: Kind, name: string): Use | undefined =>
  kind.uses.find((use) => use.name === name) ??
  kind.uses.find((use) => use.name === 'copy' && use.reader === name);

/** The same for a name that the user gave. Throws `use-unknown` with those there are. */
export function useAsked(kind: Kind, name: string): Use {
  const use = useNamed(kind, name);
  if (use !== undefined) return use;
  const known = kind.uses.map((one) => one.name);
  throw new RealmError('use-unknown', `'${name}' does not read how a contract of kind ${kind.name} is used`, {
    hint: `--verify ${known.join(' or --verify ')}`,
    exitCode: 129,
    data: { name, kind: kind.name, known },
  });
}

/** The kind that a provider's reader belongs to; `value` for one that none claims. */
export const kindOfReader = (reader: string): Kind =>
  kinds.find((kind) => kind.readers.includes(reader)) ?? value;
