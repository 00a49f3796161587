import type { DocumentNode, GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import type { PlacedUse, UseAnswer, UseMissing } from '../../uses.ts';
import { schemaOf } from '../schema.ts';
import { documentOf, newBudget, placeOf } from './document.ts';

type Graphql = typeof import('graphql');

/** Is each operation valid against the schema (GraphQL specification, section 5)? */
export async function answers(sdl: string, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const graphql = await import('graphql');
  const schema = schemaOf(graphql, sdl);
  const budget = newBudget();
  return uses.map((use): UseAnswer => {
    if (typeof schema === 'string') return { answer: 'unknown', why: `the schema: ${schema}` };
    const document = documentOf(graphql, use, budget);
    return typeof document === 'string'
      ? { answer: 'unknown', why: document }
      : answerOf(graphql, schema, document);
  });
}

/** What the schema says of one document. */
export function answerOf(graphql: Graphql, schema: GraphQLSchema, document: DocumentNode): UseAnswer {
  let errors: readonly GraphQLError[];
  try {
    errors = graphql.validate(schema, document, rulesOf(graphql));
  } catch (error) {
    return { answer: 'unknown', why: error instanceof Error ? error.message : String(error) };
  }
  if (errors.length === 0) return { answer: 'yes' };
  return { answer: 'no', missing: errors.map(missingOf) };
}

/**
 * The rules of validation that depend on the schema. A directive may be the client's own, as are names and variables that only
 * its tools understand.
 */
const rulesOf = (graphql: Graphql): ValidationRule[] =>
  [...graphql.specifiedRules].filter((rule) => !own.has(rule.name));

const own = new Set([
  'KnownDirectivesRule',
  'UniqueDirectivesPerLocationRule',
  'NoUnusedFragmentsRule',
  'NoUnusedVariablesRule',
  'NoUndefinedVariablesRule',
  'LoneAnonymousOperationRule',
]);

function missingOf(error: GraphQLError): UseMissing {
  const at = placeOf(error);
  const message = error.message.replace(/\.$/, '');
  return {
    why: `cannot be sent: ${message}`,
    witness: message,
    ...(at === null ? {} : { at }),
    ...ruleOf(message),
  };
}

/** The rule of the change that has this effect. */
function ruleOf(message: string): { rule?: string } {
  const [, rule] = rules.find(([pattern]) => pattern.test(message)) ?? [];
  return rule === undefined ? {} : { rule: `graphql/${rule}` };
}

const rules: readonly [RegExp, string][] = [
  [/^Cannot query field /, 'field-removed'],
  [/^Unknown argument /, 'argument-removed'],
  [/^Unknown type /, 'type-removed'],
  [/^Field .* argument .* is required/, 'required-argument-added'],
  [/does not exist in .* enum/, 'enum-value-removed'],
  [/^Field .* of required type .* was not provided/, 'required-input-field-added'],
  [/is not defined by type /, 'input-field-removed'],
  [/must have a selection of subfields|must not have a selection/, 'field-type-changed'],
  [/^Variable .* used in position expecting type/, 'argument-type-changed'],
];
