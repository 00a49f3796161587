/**
 * `lib/kinds`: everything that is known of each kind of contract, one folder for each kind: recognise, read,
 * compare, cover. This file has the only list of them.
 */

import { RealmError } from '../errors.ts';
import { isObject, type JsonValue } from '../json.ts';
import { asyncapi } from './asyncapi/index.ts';
import { avro } from './avro/index.ts';
import { graphql } from './graphql/index.ts';
import { helm } from './helm/index.ts';
import { jsonSchema } from './json-schema/index.ts';
import { openapi } from './openapi/index.ts';
import { kindInReader, pluggedKind, plugIn, strangeKind } from './plugged.ts';
import { protobuf } from './protobuf/index.ts';
import { s3 } from './s3/index.ts';
import { terraform } from './terraform/index.ts';
import type { Content, Direction, Kind, Use } from './types.ts';
import { value } from './value/index.ts';
import { workflow } from './workflow/index.ts';

/** The kinds there are, in the order in which they are asked. The only list of them. */
export const kinds: readonly Kind[] = [
  s3,
  openapi,
  asyncapi,
  graphql,
  workflow,
  protobuf,
  avro,
  terraform,
  helm,
  jsonSchema,
  value,
];

/** The kind of that name, built in or from a plug-in that was loaded; `undefined` where there is none. */
export const kindNamed = (name: string): Kind | undefined =>
  kinds.find((kind) => kind.name === name) ?? pluggedKind(name);

/** Loads what is needed to know a kind that is not built in: why it is not known here, or `null`. */
export const problemOfKind = async (name: string): Promise<RealmError | null> =>
  kinds.some((kind) => kind.name === name) ? null : plugIn(name);

/** The kind that the user named. Throws `kind-unknown` with the names there are, or why a plug-in does not give it. */
export async function kindAsked(name: string): Promise<Kind> {
  const problem = await problemOfKind(name);
  const kind = kindNamed(name);
  if (kind !== undefined) return kind;
  if (problem !== null && problem.code !== 'kind-unknown') throw problem;
  const known = kinds.map((kind) => kind.name);
  throw new RealmError('kind-unknown', `unknown kind of contract '${name}'`, {
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
  compatibility?: { level?: string } | undefined;
}

/**
 * The kind of a contract: the one it names, else by what it holds: `x-realm: { kind: paths }` is `s3`, a document that a
 * kind recognises has that kind, anything else is `value`. Of one that names a kind that is not supported here nothing is said:
 * see `kindProblem`.
 */
export function kindOf(contract: OfSomeKind): Kind {
  if (contract.kind !== undefined) {
    const named = kindNamed(contract.kind);
    return named !== undefined && isBuiltIn(named) ? named : foreign(contract.kind, named, contract.schema);
  }
  const content = contentOf(contract);
  return kinds.find((kind) => kind.holds(content)) ?? value;
}

/** Does this release itself know the kind? */
export const isBuiltIn = (kind: Kind): boolean => kinds.includes(kind);

/** The direction of a plug-in's kind stands in the contract, so that it is the same where the plug-in is not known. */
function foreign(name: string, kind: Kind | undefined, schema: JsonValue | undefined): Kind {
  const said = isObject(schema) && isObject(schema['x-realm']) ? schema['x-realm'].polarity : undefined;
  const direction: Direction = said === 'grant' ? 'offers' : said === 'need' ? 'needs' : 'agreed';
  return { ...(kind ?? strangeKind(name)), direction };
}

/** Why a contract's kind is not known here, with what to do about it; `null` where it is. Loads a plug-in where it names one. */
export async function kindProblem({ kind }: OfSomeKind): Promise<string | null> {
  const problem = kind === undefined ? null : await problemOfKind(kind);
  return problem === null ? null : [problem.message, ...(problem.hint?.split('\n') ?? [])].join('; ');
}

/** What a contract says. */
export const contentOf = ({ value, schema, compatibility }: OfSomeKind): Content => ({
  value: value ?? null,
  schema: schema ?? {},
  ...(compatibility?.level === undefined ? {} : { level: compatibility.level }),
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
  const known = kind.uses.map((way) => way.name);
  throw new RealmError('use-unknown', `'${name}' cannot read uses of contracts of kind ${kind.name}`, {
    hint: `--verify ${known.join(' or --verify ')}`,
    exitCode: 129,
    data: { name, kind: kind.name, known },
  });
}

/** The kind that a provider's reader belongs to; `value` for one that none claims. */
export function kindOfReader(reader: string): Kind {
  const name = kindInReader(reader);
  if (name !== undefined) return kindNamed(name) ?? strangeKind(name);
  return kinds.find((kind) => kind.readers.includes(reader)) ?? value;
}
