import {
  type Field,
  type Model,
  meant,
  type NamedType,
  type RecordType,
  type Schema,
  shortName,
} from './model.ts';

/** What a reader may take for its own number, text or bytes (Avro specification, "Schema Resolution"). */
const PROMOTED: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Does a reader of one primitive type read another? */
export const isPromoted = (writer: string, reader: string): boolean =>
  PROMOTED[writer]?.includes(reader) === true;

/** Steps of one resolution: two files within the limits need a small part of it. */
const MOST = 2_000_000;

/** The writer's and the reader's side, and what of the one can be read as the other. */
export class Resolution {
  private readonly known = new Map<Schema, Map<Schema, boolean>>();
  private steps = 0;

  constructor(
    readonly writer: Model,
    readonly reader: Model,
  ) {}

  /** Is it read at all, whatever is in it? Throws `RangeError` where that takes too many steps. */
  resolves(written: Schema, read: Schema): boolean {
    const [w, r] = [meant(this.writer, written), meant(this.reader, read)];
    const before = this.known.get(w)?.get(r);
    if (before !== undefined) return before;
    this.steps += 1;
    if (this.steps > MOST) throw new RangeError('it takes too many steps to resolve');
    const inner = this.known.get(w) ?? new Map<Schema, boolean>();
    this.known.set(w, inner);
    // What refers to itself resolves if nothing else is against it.
    inner.set(r, true);
    const answer = this.decide(w, r);
    if (answer) inner.set(r, true);
    // What was taken for granted meanwhile may have been wrong.
    else {
      this.known.clear();
      this.known.set(w, new Map([[r, false]]));
      for (const [writer, reader] of this.refused) this.remember(writer, reader);
      this.refused.push([w, r]);
    }
    return answer;
  }

  private readonly refused: [Schema, Schema][] = [];

  private remember(w: Schema, r: Schema): void {
    const inner = this.known.get(w) ?? new Map<Schema, boolean>();
    inner.set(r, false);
    this.known.set(w, inner);
  }

  private decide(w: Schema, r: Schema): boolean {
    if (w.kind === 'reference' || r.kind === 'reference')
      return w.kind === r.kind && 'name' in w && 'name' in r && shortName(w.name) === shortName(r.name);
    if (w.kind === 'union') return w.branches.every((branch) => this.resolves(branch, r));
    if (r.kind === 'union') return r.branches.some((branch) => this.resolves(w, branch));
    if (w.kind === 'primitive' || r.kind === 'primitive')
      return (
        w.kind === 'primitive' && r.kind === 'primitive' && (w.name === r.name || isPromoted(w.name, r.name))
      );
    if (w.kind === 'array' || w.kind === 'map')
      return r.kind === w.kind && this.resolves(w.of, (r as typeof w).of);
    if (r.kind === 'array' || r.kind === 'map' || w.kind !== r.kind || !sameName(w, r)) return false;
    if (w.kind === 'fixed') return r.kind === 'fixed' && w.size === r.size;
    if (w.kind === 'enum')
      return (
        r.kind === 'enum' &&
        (r.default !== undefined || w.symbols.every((symbol) => r.symbols.includes(symbol)))
      );
    return r.kind === 'record' && r.fields.every((field) => this.fieldResolves(w, field));
  }

  private fieldResolves(w: RecordType, field: Field): boolean {
    const found = writtenAs(w.fields, field);
    if (found.length > 1) return false;
    const [own] = found;
    return own === undefined ? field.default !== undefined : this.resolves(own.type, field.type);
  }

  /** The branch of the reader's union that takes what is written: the first that resolves, else the one that is most like it. */
  branch(written: Schema, branches: readonly Schema[]): Schema | undefined {
    const w = meant(this.writer, written);
    const is = (test: (r: Schema) => boolean): Schema | undefined =>
      branches.find((branch) => test(meant(this.reader, branch)));
    return (
      is((r) => this.same(w, r) && this.resolves(w, r)) ??
      is((r) => this.resolves(w, r)) ??
      is((r) => this.same(w, r))
    );
  }

  /** Of one name, or of one form without a name. */
  same(w: Schema, r: Schema): boolean {
    if (w.kind !== r.kind) return false;
    if (w.kind === 'primitive' || w.kind === 'reference') return w.name === (r as typeof w).name;
    if (w.kind === 'array' || w.kind === 'map' || w.kind === 'union') return true;
    return sameName(w, r as NamedType);
  }
}

/** A reader's type is the writer's by its last name, or by an alias of the reader's. */
export const sameName = (w: NamedType, r: NamedType): boolean =>
  shortName(w.name) === shortName(r.name) ||
  r.aliases.some((alias) => alias === w.name || shortName(alias) === shortName(w.name));

/** The writer's fields that a reader's field may be: by its name and by its aliases. */
export const writtenAs = (fields: readonly Field[], read: Field): Field[] =>
  fields.filter(({ name }) => name === read.name || read.aliases.includes(name));
