import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  parse,
  type SelectionSetNode,
  typeFromAST,
  validate,
} from 'graphql';
import { coerceInputValue } from 'graphql/utilities/coerceInputValue.js';
import type { Random } from '../../helpers/generated/random.ts';

/** An operation, and values for its variables. */
export interface Operation {
  text: string;
  variables: Record<string, unknown>;
}

/** A random operation that the schema accepts; undefined where what was made is not valid. */
export function operationFor(schema: GraphQLSchema, random: Random): Operation | undefined {
  const root = random.chance(0.8) ? schema.getQueryType() : schema.getMutationType();
  if (!root) return undefined;
  const operation = new Writer(schema, random).write(root);
  return accepts(schema, operation) ? operation : undefined;
}

/** Is it valid, and do its variables hold what the schema takes? */
export function accepts(schema: GraphQLSchema, { text, variables }: Operation): boolean {
  const document = parse(text);
  if (validate(schema, document).length > 0) return false;
  const [definition] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return false;
  return (definition.variableDefinitions ?? []).every(({ variable, type }) => {
    const input = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
    if (!input) return false;
    const name = variable.name.value;
    if (!Object.hasOwn(variables, name)) return !isNonNullType(input);
    let isTaken = true;
    coerceInputValue(variables[name], input, () => {
      isTaken = false;
    });
    return isTaken;
  });
}

class Writer {
  private readonly variables = new Map<string, { type: string; value: unknown }>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
  ) {}

  write(root: GraphQLCompositeType): Operation {
    const body = this.selection(root, 3);
    const word = root === this.schema.getMutationType() ? 'mutation' : 'query';
    const declared = [...this.variables].map(([name, { type }]) => `$${name}: ${type}`).join(', ');
    const entries = [...this.variables].flatMap(([name, { value }]) =>
      value === undefined ? [] : [[name, value]],
    );
    return {
      text: `${word}${declared === '' ? '' : ` Q(${declared})`} ${body}`,
      variables: Object.fromEntries(entries) as Record<string, unknown>,
    };
  }

  private selection(type: GraphQLCompositeType, depth: number): string {
    const { random, schema } = this;
    const parts: string[] = [];
    if (!isUnionType(type))
      for (const field of Object.values(type.getFields())) {
        const inner = getNamedType(field.type);
        if (random.chance(0.5) || (isCompositeType(inner) && depth === 0)) continue;
        const alias = random.chance(0.1) ? `${field.name}2: ` : '';
        const below = isCompositeType(inner) ? ` ${this.selection(inner, depth - 1)}` : '';
        parts.push(`${alias}${field.name}${this.args(field.args)}${this.mark('FIELD')}${below}`);
      }
    const others = Object.values(schema.getTypeMap()).filter(
      (other): other is GraphQLCompositeType => isCompositeType(other) && !other.name.startsWith('__'),
    );
    if (isAbstractType(type) || random.chance(0.1))
      for (const other of others)
        if (depth > 0 && overlap(schema, type, other) && random.chance(0.5))
          parts.push(
            `... on ${other.name}${this.mark('INLINE_FRAGMENT')} ${this.selection(other, depth - 1)}`,
          );
    return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`;
  }

  private mark(place: string): string {
    const directive = this.schema.getDirective('mark');
    if (!directive?.locations.some((location) => location === place) || this.random.chance(0.9)) return '';
    const mark = (): string => ` @mark${this.args(directive.args)}`;
    return directive.isRepeatable && this.random.chance(0.5) ? mark() + mark() : mark();
  }

  private args(all: readonly GraphQLArgument[]): string {
    const given = all
      .filter(
        ({ type, defaultValue }) =>
          (isNonNullType(type) && defaultValue === undefined) || this.random.chance(0.5),
      )
      .map(
        (argument) =>
          `${argument.name}: ${this.variable(argument) ?? literal(this.value(argument.type, 3), argument.type)}`,
      );
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  /** A nullable variable may stand where the default of an argument replaces its absence. */
  private variable({ type, defaultValue }: GraphQLArgument): string | undefined {
    if (this.random.chance(0.6)) return undefined;
    const name = `v${this.variables.size}`;
    const loose = isNonNullType(type) && defaultValue !== undefined && this.random.chance(0.5);
    const own = loose ? getNullableType(type) : type;
    const isLeftOut = !isNonNullType(own) && this.random.chance(0.3);
    this.variables.set(name, { type: String(own), value: isLeftOut ? undefined : this.value(own, 3) });
    return `$${name}`;
  }

  private value(type: GraphQLInputType, depth: number): unknown {
    const { random } = this;
    if (isNonNullType(type)) return this.value(type.ofType, depth);
    if (depth === 0) return null;
    if (isListType(type)) return random.chance(0.3) ? [] : [this.value(type.ofType, depth - 1)];
    if (isEnumType(type)) return random.pick(type.getValues()).name;
    if (isInputObjectType(type))
      return Object.fromEntries(
        Object.values(type.getFields())
          .filter(
            (field) => (isNonNullType(field.type) && field.defaultValue === undefined) || random.chance(0.5),
          )
          .map((field) => [field.name, this.value(field.type, depth - 1)]),
      );
    return type.name === 'Int' ? random.below(3) : 's';
  }
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (value === null || value === undefined) return 'null';
  if (isListType(type))
    return `[${(value as unknown[]).map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (isEnumType(type)) return String(value);
  if (!isInputObjectType(type)) return JSON.stringify(value);
  const fields = Object.entries(value as object).map(
    ([name, member]) => `${name}: ${literal(member, type.getFields()[name]?.type as GraphQLInputType)}`,
  );
  return `{${fields.join(', ')}}`;
}

const typesOf = (schema: GraphQLSchema, type: GraphQLCompositeType): string[] =>
  isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];

const overlap = (schema: GraphQLSchema, a: GraphQLCompositeType, b: GraphQLCompositeType): boolean =>
  typesOf(schema, a).some((name) => typesOf(schema, b).includes(name));

/**
 * What the new schema may answer to an operation that the old one would not have: `null`, a value of an enum, or an object of another
 * type. Undefined: nothing.
 */
export function surprise(old: GraphQLSchema, now: GraphQLSchema, { text }: Operation): string | undefined {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const [before, after] = [old, now].map((schema) => schema.getRootType(definition.operation));
  if (!before || !after) return 'no root type';
  return new Answers(old, now).of(placeOf(old, before), placeOf(now, after), definition.selectionSet);
}

/** A type that is selected from, and the types of the objects that may be there. */
interface Place {
  type: GraphQLCompositeType;
  objects: string[];
}

const placeOf = (schema: GraphQLSchema, type: GraphQLCompositeType): Place => ({
  ...{ type, objects: typesOf(schema, type) },
});

class Answers {
  constructor(
    private readonly old: GraphQLSchema,
    private readonly now: GraphQLSchema,
  ) {}

  of(was: Place, is: Place, { selections }: SelectionSetNode): string | undefined {
    for (const node of selections) {
      const found =
        node.kind === Kind.INLINE_FRAGMENT
          ? this.inFragment(was, is, node.typeCondition?.name.value ?? was.type.name, node.selectionSet)
          : node.kind === Kind.FIELD && node.name.value !== '__typename'
            ? this.inField(was.type, is.type, node)
            : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private inFragment(was: Place, is: Place, name: string, selected: SelectionSetNode): string | undefined {
    const [before, after] = [this.old.getType(name), this.now.getType(name)];
    if (!isCompositeType(before) || !isCompositeType(after)) return `no type ${name}`;
    const among = (place: Place, schema: GraphQLSchema, type: GraphQLCompositeType): Place => {
      const all = typesOf(schema, type);
      return { type, objects: place.objects.filter((object) => all.includes(object)) };
    };
    return this.of(among(was, this.old, before), among(is, this.now, after), selected);
  }

  private inField(was: GraphQLCompositeType, is: GraphQLCompositeType, node: FieldNode): string | undefined {
    const name = node.name.value;
    const [before, after] = [was, is].map((type) => (isUnionType(type) ? undefined : type.getFields()[name]));
    if (!before || !after) return `no field ${name}`;
    const found = ofType(before.type, after.type);
    if (found !== undefined) return `${found} in ${was.name}.${name}`;
    const [inner, other] = [getNamedType(before.type), getNamedType(after.type)];
    if (!node.selectionSet || !isCompositeType(inner) || !isCompositeType(other)) return undefined;
    const [had, has] = [placeOf(this.old, inner), placeOf(this.now, other)];
    const unknown = has.objects.find((object) => !had.objects.includes(object));
    if (unknown !== undefined) return `an object of type ${unknown} in ${was.name}.${name}`;
    return this.of(had, has, node.selectionSet);
  }
}

/** What a value of the new type may be that one of the old type was not. */
function ofType(was: GraphQLOutputType, is: GraphQLOutputType): string | undefined {
  if (isNonNullType(was)) return isNonNullType(is) ? ofType(was.ofType, is.ofType) : 'null';
  if (isNonNullType(is)) return ofType(was, is.ofType);
  if (isListType(was) || isListType(is))
    return isListType(was) && isListType(is) ? ofType(was.ofType, is.ofType) : 'a list, or none';
  if (was.name !== is.name) return `a ${is.name}`;
  if (!isEnumType(was) || !isEnumType(is)) return undefined;
  return is.getValues().find(({ name }) => !was.getValue(name))?.name;
}
