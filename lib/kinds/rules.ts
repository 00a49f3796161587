import { rules as graphql } from './graphql/rules.ts';
import { rules as jsonSchema } from './json-schema/rules.ts';
import { rules as openapi } from './openapi/rules.ts';
import type { Rule } from './rule.ts';
import { rules as s3 } from './s3/rules.ts';
import { rules as value } from './value/rules.ts';

/** The rules of every kind, as docs/rules.md lists them. */
export const allRules: readonly Rule[] = [...s3, ...openapi, ...graphql, ...jsonSchema, ...value];

/** A rule by its id. */
export const ruleOf = (id: string): Rule | undefined => allRules.find((one) => one.id === id);
