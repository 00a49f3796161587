import type { JsonObject, JsonValue } from '../../json.ts';
import { type Model, meant, type NamedType, type Schema } from './model.ts';
import type { Resolution } from './resolve.ts';
import type { Trail } from './walk.ts';

export type Avsc = typeof import('avsc');

/** Data that is encoded and read for one comparison, at most. */
const MOST = 200;
/** Nesting of a datum, at most: beyond it, unions and lists end. */
const DEEPEST = 12;

/**
 * Data that the other side does not read: written by the codec with the writer's schema, and refused by it with the reader's. A
 * witness that this does not confirm is none.
 */
export class Witnesses {
  private left = MOST;

  constructor(
    private readonly avsc: Avsc,
    private readonly resolution: Resolution,
  ) {}

  of({ root: [w, r], chosen, fields }: Trail): JsonValue | undefined {
    if (this.left <= 0) return undefined;
    this.left -= 1;
    const { writer, reader } = this.resolution;
    const narrow = new Narrowed(writer, chosen, fields);
    const made = attempt(() => {
      const schema = narrow.schema(w);
      const type = this.avsc.Type.forSchema(whole(writer, w) as never, { wrapUnions: true });
      const narrowed = this.avsc.Type.forSchema(schema as never, { wrapUnions: true });
      const datum = narrow.datum(w);
      const value = type.fromString(JSON.stringify(datum));
      return { narrowed, datum, hex: type.toBuffer(value).toString('hex') };
    });
    if (made === undefined) return undefined;
    const target = attempt(() => this.avsc.Type.forSchema(whole(reader, r) as never, { wrapUnions: true }));
    if (target === undefined) return undefined;
    try {
      target.createResolver(made.narrowed, { ignoreNamespaces: true } as never);
      return undefined;
    } catch (error) {
      const refused = error instanceof Error ? error.message : String(error);
      return { datum: made.datum, hex: made.hex, refused: refused.slice(0, 300) };
    }
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** A schema with all that it refers to, each where it is met first. */
function whole(model: Model, from: Schema): JsonValue {
  const seen = new Set<string>();
  const of = (schema: Schema): JsonValue => {
    const type = meant(model, schema);
    if (type.kind === 'reference' || type.kind === 'primitive') return type.name;
    if (type.kind === 'union') return type.branches.map(of);
    if (type.kind === 'array') return { type: 'array', items: of(type.of) };
    if (type.kind === 'map') return { type: 'map', values: of(type.of) };
    if (seen.has(type.name)) return type.name;
    seen.add(type.name);
    return definition(type, of);
  };
  return of(from);
}

function definition(type: NamedType, of: (schema: Schema) => JsonValue): JsonObject {
  const { kind, name, aliases } = type;
  const head = { type: kind, name, namespace: '', aliases };
  if (type.kind === 'fixed') return { ...head, size: type.size };
  if (type.kind === 'enum')
    return {
      ...{ ...head, symbols: type.symbols },
      ...(type.default === undefined ? {} : { default: type.default }),
    };
  const fields = type.fields.map((field) => ({
    ...{ name: field.name, aliases: field.aliases, type: of(field.type) },
    ...(field.default === undefined ? {} : { default: field.default }),
  }));
  return { ...head, fields };
}

/** The writer's schema as if only one datum could be written with it, and that datum in Avro's JSON. */
class Narrowed {
  constructor(
    private readonly model: Model,
    private readonly chosen: Trail['chosen'],
    private readonly fields: Trail['fields'],
  ) {}

  schema(from: Schema): JsonValue {
    const seen = new Set<string>();
    const of = (schema: Schema): JsonValue => {
      const type = meant(this.model, schema);
      if (type.kind === 'reference' || type.kind === 'primitive') return type.name;
      if (type.kind === 'union') return [of(this.branch(type))];
      if (type.kind === 'array') return { type: 'array', items: of(type.of) };
      if (type.kind === 'map') return { type: 'map', values: of(type.of) };
      if (seen.has(type.name)) return type.name;
      seen.add(type.name);
      if (type.kind === 'enum') return definition({ ...type, symbols: [this.symbol(type)] }, of);
      return definition(type, of);
    };
    return of(from);
  }

  private branch(type: Schema & { kind: 'union' }): Schema {
    const chosen = this.chosen.get(type.pointer);
    if (typeof chosen === 'object') return chosen;
    const isPlain = (schema: Schema): boolean => schema.kind === 'primitive' && schema.name === 'null';
    const branch = type.branches.find(isPlain) ?? type.branches[0];
    if (branch === undefined) throw new RangeError('an empty union has no datum');
    return branch;
  }

  private symbol({ pointer, symbols }: Schema & { kind: 'enum' }): string {
    const chosen = this.chosen.get(pointer);
    const symbol = typeof chosen === 'string' ? chosen : symbols[0];
    if (symbol === undefined) throw new RangeError('an empty enum has no datum');
    return symbol;
  }

  datum(from: Schema, depth = 0): JsonValue {
    if (depth > DEEPEST) throw new RangeError('nested too deeply');
    const type = meant(this.model, from);
    switch (type.kind) {
      case 'reference':
        throw new RangeError(`'${type.name}' is not defined`);
      case 'primitive':
        return PLAIN[type.name] ?? null;
      case 'union': {
        const branch = meant(this.model, this.branch(type));
        if (branch.kind === 'primitive' && branch.name === 'null') return null;
        return { ['name' in branch ? branch.name : branch.kind]: this.datum(branch, depth + 1) };
      }
      case 'array':
        return depth > DEEPEST / 2 ? [] : [this.datum(type.of, depth + 1)];
      case 'map':
        return depth > DEEPEST / 2 ? {} : { key: this.datum(type.of, depth + 1) };
      case 'enum':
        return this.symbol(type);
      case 'fixed':
        return '\u0000'.repeat(type.size);
      default: {
        const first = this.fields.get(type.pointer);
        const ordered = [...type.fields].sort((a, b) => Number(b.name === first) - Number(a.name === first));
        const values = new Map(
          ordered.map(({ name, type: of }) => [name, this.datum(of, depth + 1)] as const),
        );
        return Object.fromEntries(type.fields.map(({ name }) => [name, values.get(name) ?? null]));
      }
    }
  }
}

const PLAIN: Readonly<Record<string, JsonValue>> = {
  ...{ boolean: true, int: 1, long: 1, float: 1.5, double: 1.5, bytes: 'a', string: 'a' },
};
