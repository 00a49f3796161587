import type {
  GraphQLArgument,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
} from 'graphql';
import { Work } from '../../compat/schema/work.ts';

type Graphql = typeof import('graphql');

/** What all queries of one comparison may take together; the witness of the rest is the coordinate. */
const WORK = 200_000;
/** To read a query, and to check it against two schemas. */
const EACH = 500;

/** The way to a type: the text before a selection of it, and after. */
interface Way {
  head: string;
  close: string;
}

/** Queries that show what broke: valid against the old schema, and not against the new one. */
export class Witnesses {
  private readonly work = new Work(WORK);
  private readonly types: number;
  private ways: Map<string, Way> | undefined;

  constructor(
    private readonly graphql: Graphql,
    private readonly old: GraphQLSchema,
    private readonly now: GraphQLSchema,
  ) {
    this.types = Object.keys(now.getTypeMap()).length;
  }

  /** A query about the place at a path; the path, or the message, where none is found. */
  of(path: string, message: string): string {
    const [typeName = '', fieldName] = path.split('.');
    const coordinate = path === '' ? message : path;
    const { graphql, old, now } = this;
    if (this.work.left <= 0) return coordinate;
    try {
      const text = this.query(typeName, fieldName);
      if (text === undefined) return coordinate;
      // What is not found is compared with all names that it could have been.
      const around = now.getType(typeName);
      const names = around && 'getFields' in around ? Object.keys(around.getFields()).length : 0;
      this.work.spend(EACH + text.length + names * 4 + (around ? this.types >> 2 : this.types * 4));
      const query = graphql.parse(text);
      if (graphql.validate(old, query).length === 0 && graphql.validate(now, query).length > 0) return text;
    } catch {
      // A schema odd enough to stop the search still has its coordinate.
    }
    return coordinate;
  }

  /** A query that selects a field of one name from two types in one place; undefined where none is found. */
  merging(typeName: string, other: string, fieldName: string): string | undefined {
    const { graphql, old, now } = this;
    const [left, right] = [typeName, other].map((name) => old.getType(name));
    if (!left || !right || this.work.left <= 0) return undefined;
    try {
      this.ways ??= this.findWays();
      for (const [name, { head, close }] of this.ways) {
        const place = old.getType(name);
        this.work.spend(1);
        if (!graphql.isCompositeType(place) || !overlaps(graphql, old, place, left, right)) continue;
        const parts = [left, right].map(
          (type) => `... on ${type.name} { ${this.selection(type, fieldName)} }`,
        );
        const text = `${head} ${parts.join(' ')}${close}`;
        this.work.spend(EACH + text.length);
        const query = graphql.parse(text);
        if (graphql.validate(old, query).length === 0 && graphql.validate(now, query).length > 0) return text;
      }
    } catch {
      // As above.
    }
    return undefined;
  }

  /** The shortest query that selects a field of a type, with what its way there requires. */
  private query(typeName: string, fieldName?: string): string | undefined {
    this.ways ??= this.findWays();
    const way = this.ways.get(typeName);
    const type = this.old.getType(typeName);
    return way && type && `${way.head} ${this.selection(type, fieldName)}${way.close}`;
  }

  /** The shortest way to each type that a query can reach, as far as there is work left for it. */
  private findWays(): Map<string, Way> {
    const { graphql, old } = this;
    const roots = [
      ['query', old.getQueryType()],
      ['mutation', old.getMutationType()],
      ['subscription', old.getSubscriptionType()],
    ] as const;
    const ways = new Map<string, Way>();
    let level: (Way & { type: GraphQLNamedType })[] = [];
    for (const [operation, type] of roots)
      if (type) level.push({ type, head: `${operation} {`, close: ' }' });
    const work = new Work(WORK);
    while (level.length > 0 && work.left > 0) {
      const next: typeof level = [];
      for (const { type, head, close } of level) {
        if (ways.has(type.name)) continue;
        ways.set(type.name, { head, close });
        work.left -= 1;
        if (graphql.isAbstractType(type)) {
          for (const possible of old.getPossibleTypes(type)) {
            work.left -= 1;
            if (work.left > 0 && !ways.has(possible.name))
              next.push({ type: possible, head: `${head} ... on ${possible.name} {`, close: ` }${close}` });
          }
        }
        if (graphql.isUnionType(type) || !graphql.isCompositeType(type)) continue;
        for (const field of Object.values(type.getFields())) {
          work.left -= 1;
          const inner = graphql.getNamedType(field.type);
          if (work.left <= 0 || !graphql.isCompositeType(inner) || ways.has(inner.name)) continue;
          const given = this.args(field.args, work);
          next.push({ type: inner, head: `${head} ${field.name}${given} {`, close: ` }${close}` });
        }
      }
      level = next;
    }
    return ways;
  }

  private selection(type: GraphQLNamedType, fieldName: string | undefined): string {
    const { graphql } = this;
    const fields = graphql.isObjectType(type) || graphql.isInterfaceType(type) ? type.getFields() : {};
    const field: GraphQLField<unknown, unknown> | undefined =
      fieldName !== undefined && Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
    if (!field) return '__typename';
    const inner = graphql.getNamedType(field.type);
    const below = graphql.isCompositeType(inner) ? ' { __typename }' : '';
    return `${field.name}${this.args(field.args, this.work)}${below}`;
  }

  /** The arguments that have to be given, each with the plainest value of its type. */
  private args(all: readonly GraphQLArgument[], work: Work): string {
    work.spend(all.length);
    const given = all
      .filter((argument) => this.graphql.isRequiredArgument(argument))
      .map((argument) => `${argument.name}: ${this.plain(argument.type, 0, work)}`);
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  private plain(type: GraphQLArgument['type'], depth: number, work: Work): string {
    const { graphql } = this;
    work.spend(1);
    if (depth > 8) return 'null';
    if (graphql.isNonNullType(type)) return this.plain(type.ofType, depth, work);
    if (graphql.isListType(type)) return '[]';
    if (graphql.isEnumType(type)) return type.getValues()[0]?.name ?? 'null';
    if (graphql.isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      work.spend(fields.length);
      const given = fields
        .filter((field) => graphql.isRequiredInputField(field))
        .map((field) => `${field.name}: ${this.plain(field.type, depth + 1, work)}`);
      return `{${given.join(', ')}}`;
    }
    const { name } = type;
    return name === 'Boolean' ? 'true' : name === 'Int' || name === 'Float' ? '0' : '"0"';
  }
}

/** Can both types be selected from where the first one is? */
function overlaps(
  graphql: Graphql,
  schema: GraphQLSchema,
  place: GraphQLCompositeType,
  ...types: GraphQLNamedType[]
): boolean {
  return types.every((type) => graphql.isCompositeType(type) && graphql.doTypesOverlap(schema, place, type));
}
