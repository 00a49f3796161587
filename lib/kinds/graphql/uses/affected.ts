import type { DocumentNode, GraphQLNamedType, GraphQLSchema } from 'graphql';
import type { Change } from '../../../compat/types.ts';
import type { PlacedUse, UseAnswer } from '../../uses.ts';
import { compareGraphql } from '../compare.ts';
import { schemaOf } from '../schema.ts';
import { answerOf } from './answer.ts';
import { documentOf, newBudget } from './document.ts';

type Graphql = typeof import('graphql');

/**
 * What a change of the schema does to each operation: it is no longer valid, or a field, type or value that it uses means something
 * else. What was not valid before is not this change's doing.
 */
export async function affected(old: string, now: string, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const graphql = await import('graphql');
  const [before, after] = [schemaOf(graphql, old), schemaOf(graphql, now)];
  const budget = newBudget();
  const unread = [before, after].find((schema) => typeof schema === 'string');
  const { verdict, changes } = await compareGraphql(old, now);
  return uses.map((use): UseAnswer => {
    if (typeof before === 'string' || typeof after === 'string')
      return { answer: 'unknown', why: `the schema: ${unread}` };
    const document = documentOf(graphql, use, budget);
    if (typeof document === 'string') return { answer: 'unknown', why: document };
    const [was, is] = [before, after].map((schema) => answerOf(graphql, schema, document));
    if (is?.answer === 'no') {
      const had = new Set(was?.answer === 'no' ? was.missing.map(({ why }) => why) : []);
      const missing = is.missing.filter(({ why }) => !had.has(why));
      if (missing.length > 0) return { answer: 'no', missing };
    }
    if (verdict.verdict === 'unknown' && changes.length === 0)
      return { answer: 'unknown', why: verdict.reason };
    return byCoordinates(changes, used(graphql, before, document));
  });
}

function byCoordinates(changes: readonly Change[], uses: Used): UseAnswer {
  let doubt: string | undefined;
  for (const change of changes) {
    // Whether an operation merges fields that clash was seen when it was checked against the new schema.
    if (!change.breaking || change.rule === 'graphql/field-type-clashes') continue;
    const touch = touches(change, uses);
    const { where = '', reason = 'it changed', witness, rule } = change;
    if (touch === 'yes' && change.level === 'breaking')
      return {
        answer: 'no',
        missing: [
          {
            why: `uses ${where}: ${reason}`,
            witness: witness ?? where,
            ...(rule === undefined ? {} : { rule }),
          },
        ],
      };
    if (touch !== 'no') doubt ??= `${where}: ${reason}`;
  }
  return doubt === undefined ? { answer: 'yes' } : { answer: 'unknown', why: doubt };
}

/** What of a schema an operation uses. */
interface Used {
  /** `Query.invoice`. */
  fields: Set<string>;
  /** `Query.invoice(id:)`. */
  args: Set<string>;
  /** Types that it may be sent, or names. */
  types: Set<string>;
  /** Types that its variables and arguments may hold. */
  inputs: Set<string>;
  directives: Set<string>;
}

function used(graphql: Graphql, schema: GraphQLSchema, document: DocumentNode): Used {
  const found: Used = {
    ...{ fields: new Set(), args: new Set(), types: new Set(), inputs: new Set(), directives: new Set() },
  };
  const info = new graphql.TypeInfo(schema);
  const input = (type: GraphQLNamedType | undefined): void => {
    const open = [type];
    for (let here = open.pop(); open.length > 0 || here; here = open.pop()) {
      if (!here || found.inputs.has(here.name)) continue;
      found.inputs.add(here.name);
      if (graphql.isInputObjectType(here))
        open.push(...Object.values(here.getFields()).map((field) => graphql.getNamedType(field.type)));
    }
  };
  const visitor = {
    Field: (): undefined => {
      const [parent, field] = [info.getParentType(), info.getFieldDef()];
      if (!parent || !field) return;
      found.types.add(parent.name);
      found.types.add(graphql.getNamedType(field.type).name);
      found.fields.add(`${parent.name}.${field.name}`);
    },
    Argument: (): undefined => {
      const [parent, field, argument] = [info.getParentType(), info.getFieldDef(), info.getArgument()];
      if (!argument || info.getDirective()) return;
      found.args.add(`${parent?.name}.${field?.name}(${argument.name}:)`);
      input(graphql.getNamedType(argument.type));
    },
    VariableDefinition: (): undefined => {
      const type = info.getInputType();
      if (type) input(graphql.getNamedType(type));
    },
    InlineFragment: (): undefined => note(),
    FragmentDefinition: (): undefined => note(),
    Directive: (node: { name: { value: string } }): undefined => {
      found.directives.add(`@${node.name.value}`);
    },
  };
  const note = (): undefined => {
    const type = info.getType();
    if (type) found.types.add(graphql.getNamedType(type).name);
  };
  graphql.visit(document, graphql.visitWithTypeInfo(info, visitor));
  return found;
}

/** Does a change concern what an operation uses? Of what its variables hold nobody knows. */
function touches({ where = '', rule = '' }: Change, uses: Used): 'yes' | 'no' | 'perhaps' {
  if (where.startsWith('@')) return uses.directives.has(where.split(/[.(]/, 1)[0] ?? '') ? 'yes' : 'no';
  const field = where.replace(/\(.*/, '');
  if (where.includes('(')) {
    if (!uses.fields.has(field)) return 'no';
    // A default counts where nothing is given.
    const isDefault = rule.includes('default') || rule.includes('required');
    return uses.args.has(where) !== isDefault ? 'yes' : 'no';
  }
  const [type = '', member] = where.split('.');
  if (member === undefined)
    return /^\w+$/.test(type) && !uses.types.has(type) && !uses.inputs.has(type) ? 'no' : 'yes';
  if (uses.fields.has(where)) return 'yes';
  const isValue = rule.includes('enum-value');
  if (isValue && uses.types.has(type)) return 'yes';
  return uses.inputs.has(type) ? 'perhaps' : 'no';
}
