import { type JsonValue, sameJson } from '../../json.ts';
import { describe } from './attributes.ts';
import {
  type EnumType,
  type Field,
  type FixedType,
  meant,
  type NamedType,
  type RecordType,
  type Schema,
  shortName,
  typeWords,
} from './model.ts';
import type { Found, RuleName } from './report.ts';
import { isPromoted, type Resolution, sameName, writtenAs } from './resolve.ts';

/** The way to a place in what is written: a witness has to take it. */
export interface Trail {
  /** Branches of unions and symbols of enums on the way, by the pointer of the union or enum. */
  readonly chosen: ReadonlyMap<string, Schema | string>;
  /** Where it begins on both sides. */
  readonly root: readonly [Schema, Schema];
  /** Records that it goes through, by the fields that it takes there. */
  readonly fields: ReadonlyMap<string, string>;
}

/** What is found, with the way to it. */
export type Add = (rule: RuleName, found: Found, trail: Trail) => void;

/** Reports how what is written with one schema is read with another: everything that breaks, and every other difference. */
export class Walk {
  private readonly seen = new Map<Schema, Set<Schema>>();

  constructor(
    private readonly resolution: Resolution,
    private readonly add: Add,
  ) {}

  types(written: Schema, read: Schema, where: string, trail: Trail): void {
    const { writer, reader } = this.resolution;
    const [w, r] = [meant(writer, written), meant(reader, read)];
    if (w.kind === 'reference' || r.kind === 'reference') {
      const open = r.kind === 'reference' ? r : w;
      const place = (r.kind === 'reference' ? reader : writer).open.get('name' in open ? open.name : '');
      const at = place === undefined ? '' : `, used in ${place.path}:${place.line},`;
      const reason = `${typeWords(open)}${at} is not among the sources, so it is not known how it is read`;
      this.add('reference-unresolved', { ...this.places(written, read, where), reason }, trail);
      return;
    }
    const before = this.seen.get(w) ?? new Set<Schema>();
    if (before.has(r)) return;
    this.seen.set(w, before.add(r));
    if (w.kind === 'union') this.unionWritten(w.branches, r, { w, r: read, where, trail });
    else if (r.kind === 'union') this.unionRead(w, r.branches, { w: written, r, where, trail });
    else this.plain(w, r, [written, read], where, trail);
  }

  private places(w: { pointer: string }, r: { pointer: string }, where: string) {
    return { kind: 'changed' as const, where, old: w.pointer, now: r.pointer };
  }

  private plain(
    w: Exclude<Schema, { kind: 'union' | 'reference' }>,
    r: Exclude<Schema, { kind: 'union' | 'reference' }>,
    [written, read]: readonly [Schema, Schema],
    where: string,
    trail: Trail,
  ): void {
    const places = this.places(written, read, where);
    const differ = (): void =>
      this.add(
        'type-changed',
        { ...places, reason: `${where} is written as ${typeWords(w)} and cannot be read as ${typeWords(r)}` },
        trail,
      );
    if (w.kind === 'primitive' || r.kind === 'primitive') {
      if (w.kind !== 'primitive' || r.kind !== 'primitive') {
        differ();
        return;
      }
      if (w.name !== r.name && !isPromoted(w.name, r.name)) {
        differ();
        return;
      }
      if (w.name !== r.name)
        this.add(
          'type-promoted',
          { ...places, reason: `${where} is written as ${typeWords(w)} and read as ${typeWords(r)}` },
          trail,
        );
    } else if (w.kind === 'array' || w.kind === 'map') {
      if (r.kind !== w.kind) {
        differ();
        return;
      }
      this.types(w.of, r.of, `${where}${w.kind === 'array' ? '[]' : '{}'}`, trail);
    } else {
      if (r.kind === 'array' || r.kind === 'map' || r.kind !== w.kind) {
        differ();
        return;
      }
      if (!sameName(w, r)) {
        const reason = `${w.kind} '${w.name}' is read as '${r.name}', which has neither that name nor an alias for it`;
        this.add('name-changed', { ...places, reason }, trail);
        return;
      }
      this.named(w, r, trail);
    }
    describe(w, r, where, (rule, found) => this.add(rule, found, trail));
  }

  private named(w: NamedType, r: NamedType, trail: Trail): void {
    const places = this.places(w, r, w.name);
    if (shortName(w.name) !== shortName(r.name))
      this.add(
        'name-changed-with-alias',
        { ...places, reason: `${w.kind} '${w.name}' is '${r.name}', with an alias for the other name` },
        trail,
      );
    else if (w.name !== r.name)
      this.add(
        'namespace-changed',
        { ...places, reason: `'${w.name}' is '${r.name}' in another namespace` },
        trail,
      );
    if (w.kind === 'record' && r.kind === 'record') this.records(w, r, trail);
    if (w.kind === 'enum' && r.kind === 'enum') this.enums(w, r, trail);
    if (w.kind === 'fixed' && r.kind === 'fixed') this.fixed(w, r, trail);
  }

  private fixed(w: FixedType, r: FixedType, trail: Trail): void {
    if (w.size === r.size) return;
    const reason = `fixed '${w.name}' is written with ${w.size} bytes and read with ${r.size}`;
    this.add('fixed-size-changed', { ...this.places(w, r, w.name), reason }, trail);
  }

  private enums(w: EnumType, r: EnumType, trail: Trail): void {
    for (const symbol of w.symbols) {
      if (r.symbols.includes(symbol)) continue;
      const found = {
        kind: 'removed' as const,
        where: `${w.name}.${symbol}`,
        old: w.pointer,
        now: r.pointer,
      };
      const on = { ...trail, chosen: new Map([...trail.chosen, [w.pointer, symbol]]) };
      if (r.default === undefined)
        this.add(
          'enum-symbol-removed',
          {
            ...found,
            reason: `'${symbol}' is written as a symbol of '${w.name}', and is not one where it is read`,
          },
          on,
        );
      else
        this.add(
          'enum-symbol-read-as-default',
          { ...found, reason: `symbol '${symbol}' of '${w.name}' is read as the default '${r.default}'` },
          on,
        );
    }
    for (const symbol of r.symbols)
      if (!w.symbols.includes(symbol))
        this.add(
          'enum-symbol-added',
          {
            ...{ kind: 'added', where: `${r.name}.${symbol}`, now: r.pointer },
            reason: `symbol '${symbol}' of '${r.name}' is read, and is never written`,
          },
          trail,
        );
    if (w.default !== r.default)
      this.add(
        'enum-default-changed',
        { ...this.places(w, r, w.name), reason: `the default of enum '${w.name}' changed` },
        trail,
      );
  }

  private records(w: RecordType, r: RecordType, trail: Trail): void {
    const taken = new Map<Field, Field>();
    for (const field of r.fields) {
      const where = `${r.name}.${field.name}`;
      const found = writtenAs(w.fields, field);
      const [own] = found;
      if (found.length > 1) {
        const names = found.map(({ name }) => `'${name}'`).join(' and ');
        const reason = `${where} may be read from ${names}: which of them is not defined`;
        this.add('field-alias-ambiguous', { ...this.places(own ?? w, field, where), reason }, trail);
        for (const used of found) taken.set(used, field);
      } else if (own === undefined) {
        const isOptional = field.default !== undefined;
        const reason = isOptional
          ? `field '${field.name}' of '${r.name}' is not written, and is read as its default`
          : `field '${field.name}' of '${r.name}' is not written, and has no default to read instead`;
        const added = { kind: 'added' as const, where, now: field.pointer, reason };
        this.add(isOptional ? 'field-added' : 'field-without-default', added, trail);
      } else {
        taken.set(own, field);
        this.field(w, own, field, where, trail);
      }
    }
    for (const field of w.fields)
      if (!taken.has(field))
        this.add(
          'field-removed',
          {
            ...{ kind: 'removed', where: `${w.name}.${field.name}`, old: field.pointer },
            reason: `field '${field.name}' of '${w.name}' is written, and is not read`,
          },
          trail,
        );
    const order = w.fields.flatMap((field) => taken.get(field) ?? []);
    const now = r.fields.filter((field) => order.includes(field));
    if (new Set(order).size === order.length && order.some((field, nth) => field !== now[nth]))
      this.add(
        'field-moved',
        { ...this.places(w, r, w.name), reason: `the fields of '${w.name}' are in another order` },
        trail,
      );
  }

  private field(w: RecordType, own: Field, field: Field, where: string, trail: Trail): void {
    const places = this.places(own, field, where);
    if (own.name !== field.name)
      this.add(
        'field-renamed-with-alias',
        { ...places, reason: `field '${own.name}' of '${w.name}' is read as '${field.name}', by an alias` },
        trail,
      );
    if (!sameDefault(own.default, field.default))
      this.add('field-default-changed', { ...places, reason: `the default of '${where}' changed` }, trail);
    describe(own, field, where, (rule, found) => this.add(rule, found, trail));
    this.types(own.type, field.type, where, {
      ...trail,
      fields: new Map([...trail.fields, [w.pointer, own.name]]),
    });
  }

  private unionWritten(
    branches: readonly Schema[],
    r: Schema,
    { w, r: read, where, trail }: { w: Schema; r: Schema; where: string; trail: Trail },
  ): void {
    const readers = r.kind === 'union' ? r.branches : [r];
    const met = new Set<Schema>();
    for (const branch of branches) {
      const on = { ...trail, chosen: new Map([...trail.chosen, [w.pointer, branch]]) };
      const own = this.resolution.branch(branch, readers);
      if (own !== undefined) {
        met.add(own);
        this.types(branch, own, where, on);
        continue;
      }
      const words = typeWords(meant(this.resolution.writer, branch));
      const reason = `${where} may be written as ${words}, and cannot be read as ${typeWords(r)}`;
      const found = { kind: 'removed' as const, where, old: branch.pointer, now: read.pointer, reason };
      this.add('union-branch-removed', found, on);
    }
    const places = this.places(w, read, where);
    if (r.kind !== 'union') {
      this.add('union-removed', { ...places, reason: `${where} is not a union where it is read` }, trail);
      return;
    }
    for (const branch of r.branches) if (!met.has(branch)) this.branchAdded(branch, where, trail);
    const order = branches.flatMap((branch) => this.resolution.branch(branch, r.branches) ?? []);
    const now = r.branches.filter((branch) => order.includes(branch));
    if (new Set(order).size === order.length && order.some((branch, nth) => branch !== now[nth]))
      this.add(
        'union-order-changed',
        { ...places, reason: `the types of ${where} are in another order` },
        trail,
      );
  }

  private branchAdded(branch: Schema, where: string, trail: Trail): void {
    const words = typeWords(meant(this.resolution.reader, branch));
    this.add(
      'union-branch-added',
      { kind: 'added', where, now: branch.pointer, reason: `${where} is read as ${words}, too` },
      trail,
    );
  }

  private unionRead(
    w: Schema,
    branches: readonly Schema[],
    { w: written, r, where, trail }: { w: Schema; r: Schema; where: string; trail: Trail },
  ): void {
    const own = this.resolution.branch(w, branches);
    const places = this.places(written, r, where);
    if (own === undefined) {
      const reason = `${where} is written as ${typeWords(w)} and cannot be read as ${typeWords(r)}`;
      this.add('type-changed', { ...places, reason }, trail);
      return;
    }
    this.add('union-introduced', { ...places, reason: `${where} is a union where it is read` }, trail);
    this.types(written, own, where, trail);
    for (const branch of branches) if (branch !== own) this.branchAdded(branch, where, trail);
  }
}

const sameDefault = (left: JsonValue | undefined, right: JsonValue | undefined): boolean =>
  left === undefined || right === undefined ? left === right : sameJson(left, right);
