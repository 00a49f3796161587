import { nearest } from '../nearest.ts';
import { rules as asyncapi } from './asyncapi/rules.ts';
import { rules as avro } from './avro/rules.ts';
import { rules as graphql } from './graphql/rules.ts';
import { rules as helm } from './helm/rules.ts';
import { rules as jsonSchema } from './json-schema/rules.ts';
import { rules as openapi } from './openapi/rules.ts';
import { rules as protobuf } from './protobuf/rules.ts';
import type { Rule } from './rule.ts';
import { rules as s3 } from './s3/rules.ts';
import { rules as terraform } from './terraform/rules.ts';
import { rules as value } from './value/rules.ts';
import { rules as workflow } from './workflow/rules.ts';

/** The rules of every kind, as docs/rules.md lists them. */
export const allRules: readonly Rule[] = [
  ...s3,
  ...openapi,
  ...asyncapi,
  ...graphql,
  ...workflow,
  ...protobuf,
  ...avro,
  ...terraform,
  ...helm,
  ...jsonSchema,
  ...value,
];

const ours = new Set(allRules.map(({ id }) => id.slice(0, id.indexOf('/'))));

/** Why an id in a governance file is refused; `null` for a rule of ours, or of a kind that only another program has. */
export function unknownRule(id: string, path: string): string | null {
  if (ruleOf(id) !== undefined) return null;
  const kind = id.slice(0, Math.max(id.indexOf('/'), 0));
  const meant = nearest(
    id,
    allRules.map((rule) => rule.id),
  );
  if (kind !== '' && !ours.has(kind) && meant === undefined) return null;
  const hint = meant === undefined ? 'docs/rules.md lists them' : `did you mean '${meant}'?`;
  return `'${path}' sets the level of unknown rule '${id}': ${hint}`;
}

/** A rule by its id. */
export const ruleOf = (id: string): Rule | undefined => allRules.find((rule) => rule.id === id);
