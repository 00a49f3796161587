import type { JsonValue } from '../../json.ts';
import { evaluate } from './evaluate.ts';
import {
  type Formula,
  type Formulas,
  Kind,
  kindOf,
  type Literal,
  type Or,
  soleName,
  type Why,
} from './formula.ts';

/** Everything that must hold of one value of one kind, with the alternatives not yet chosen from. */
export interface Conjunction {
  readonly kind: number;
  /** The value's own kind, narrower than `kind` where numbers are distinguished. */
  readonly mask: number;
  readonly literals: ReadonlyMap<Formula, Literal>;
  readonly excluded: ReadonlyMap<string, JsonValue>;
}

const maxTried = 8;

/** A conjunction in the making: what is said so far, what follows from it, and the alternatives still open. */
export class State implements Conjunction {
  readonly literals: Map<Formula, Literal>;
  readonly excluded: Map<string, JsonValue>;
  readonly #formulas: Formulas;
  readonly #seen: Set<Formula>;
  readonly #or: Set<Or>;
  /** What is said of single members, by key. */
  readonly #members: Map<string, readonly Formula[]>;
  #allowed: Map<string, JsonValue> | undefined;
  mask: number;
  uncertain: Why | undefined;

  constructor(
    formulas: Formulas,
    readonly kind: number,
    from?: State,
  ) {
    this.#formulas = formulas;
    this.mask = from?.mask ?? kind;
    this.literals = new Map(from?.literals);
    this.excluded = new Map(from?.excluded);
    this.#seen = new Set(from ? from.#seen : []);
    this.#or = new Set(from ? from.#or : []);
    this.#members = new Map(from ? from.#members : []);
    this.#allowed = from ? from.#allowed : undefined;
    this.uncertain = from?.uncertain;
    formulas.work.spend(1 + (this.#seen.size >> 2));
  }

  /** Adds what must hold; false when that contradicts what is here. */
  add(formula: Formula): boolean {
    this.#formulas.work.spend(1);
    if (this.#seen.has(formula)) return true;
    if (this.#seen.has(this.#formulas.opposite(formula)))
      return formula.op === 'literal' && formula.kind !== this.kind;
    this.#seen.add(formula);
    switch (formula.op) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'and':
        return formula.parts.every((part) => this.add(part));
      case 'or':
        this.#or.add(formula);
        return true;
      case 'kinds':
        this.mask &= formula.mask;
        return this.mask !== 0;
      case 'enum':
        return this.#allow(formula.values);
      case 'notEnum':
        return this.#exclude(formula.values);
      case 'ref': {
        const body = formula.target.body();
        return this.add(formula.negated ? this.#formulas.not(body) : body);
      }
      case 'opaque':
        if ((formula.mask & this.kind) === 0) return !formula.negated;
        this.uncertain ??= formula.why;
        return true;
      case 'literal':
        if (formula.kind !== this.kind) return true;
        this.literals.set(formula, formula.literal);
        if (formula.literal.is === 'eachMember') {
          const key = soleName(formula.literal.names);
          if (key !== undefined) this.#members.set(key, [...this.said(key), formula.literal.of]);
        }
        return true;
    }
  }

  /** What is known of the value of a member, should there be one. */
  said(key: string): readonly Formula[] {
    return this.#members.get(key) ?? [];
  }

  /** This state with one branch of an alternative chosen. */
  with(alternative: Or, part: Formula): State | undefined {
    const next = new State(this.#formulas, this.kind, this);
    next.#or.delete(alternative);
    return next.add(part) ? next : undefined;
  }

  /** The alternatives that are neither satisfied nor down to one branch; `undefined` when one has none left. */
  alternatives(): Or[] | undefined {
    for (let changed = true; changed; ) {
      changed = false;
      for (const alternative of [...this.#or]) {
        const left: Formula[] = [];
        let satisfied = false;
        for (const part of alternative.parts) {
          const truth = this.#glance(part);
          if (truth === true) satisfied = true;
          if (truth === undefined) left.push(part);
        }
        if (!satisfied && left.length > 1) continue;
        this.#or.delete(alternative);
        if (satisfied) continue;
        const [only] = left;
        if (!only || !this.add(only)) return undefined;
        changed = true;
      }
    }
    return [...this.#or];
  }

  /** The only values left, where the constraints name them. */
  candidates(): Iterable<JsonValue> | undefined {
    if (this.#allowed) return this.#allowed.values();
    if (this.kind === Kind.null) return [null];
    return this.kind === Kind.boolean ? [true, false] : undefined;
  }

  #glance(formula: Formula): boolean | undefined {
    this.#formulas.work.spend(1);
    if (this.#seen.has(formula)) return true;
    if (formula.op === 'literal' && formula.kind !== this.kind) return true;
    if (this.#seen.has(this.#formulas.opposite(formula))) return false;
    if (formula.op === 'literal' && formula.literal.is === 'eachMember')
      return this.#glanceAtMember(formula.literal);
    if (formula.op === 'kinds') {
      if ((formula.mask & this.mask) === 0) return false;
      return (formula.mask & this.mask) === this.mask ? true : undefined;
    }
    if (formula.op === 'and') {
      let all: boolean | undefined = true;
      for (const part of formula.parts) {
        const truth = this.#glance(part);
        if (truth === false) return false;
        if (truth === undefined) all = undefined;
      }
      return all;
    }
    return undefined;
  }

  /** Where a member has few values to choose from, trying them shows what follows. */
  #glanceAtMember({ names, of }: { names: Formula; of: Formula }): boolean | undefined {
    const key = soleName(names);
    const known = key === undefined ? undefined : this.said(key).find((formula) => formula.op === 'enum');
    if (key === undefined || known?.op !== 'enum' || known.values.size > maxTried) return undefined;
    const truths = new Set(
      [...known.values.values()].map((value) => evaluate(of, value, this.#formulas.work)),
    );
    if (truths.size > 1 || truths.has(undefined)) return undefined;
    if (truths.has(true)) return true;
    return this.#seen.has(this.#formulas.literal(Kind.object, { is: 'has', key })) ? false : undefined;
  }

  #allow(values: ReadonlyMap<string, JsonValue>): boolean {
    const before = this.#allowed ?? values;
    this.#formulas.work.spend(Math.min(before.size, values.size));
    const [few, many] = before.size <= values.size ? [before, values] : [values, before];
    this.#allowed = new Map();
    for (const [key, value] of few)
      if (many.has(key) && !this.excluded.has(key) && (kindOf(value) & this.kind) !== 0)
        this.#allowed.set(key, value);
    return this.#allowed.size > 0;
  }

  #exclude(values: ReadonlyMap<string, JsonValue>): boolean {
    this.#formulas.work.spend(values.size + (this.#allowed?.size ?? 0));
    for (const [key, value] of values) {
      if ((kindOf(value) & this.kind) === 0) continue;
      if (this.kind === Kind.array || this.kind === Kind.object) {
        if (this.#allowed) continue;
        if (!this.add(differsFrom(this.#formulas, value))) return false;
      } else this.excluded.set(key, value);
    }
    if (!this.#allowed) return true;
    this.#allowed = new Map([...this.#allowed].filter(([key]) => !values.has(key)));
    return this.#allowed.size > 0;
  }
}

/** Not this array or object, in terms of its items or members. */
function differsFrom(formulas: Formulas, value: JsonValue): Formula {
  if (Array.isArray(value))
    return formulas.or([
      formulas.literal(Kind.array, { is: 'maxItems', n: value.length - 1 }),
      formulas.literal(Kind.array, { is: 'minItems', n: value.length + 1 }),
      ...value.map((item, index) =>
        formulas.literal(Kind.array, {
          is: 'some',
          from: index,
          to: index + 1,
          of: formulas.noneOfValues([item]),
        }),
      ),
    ]);
  const members = Object.entries(value as Record<string, JsonValue>);
  return formulas.or([
    ...members.map(([key]) => formulas.literal(Kind.object, { is: 'lacks', key })),
    formulas.literal(Kind.object, { is: 'minProperties', n: members.length + 1 }),
    ...members.map(([key, member]) =>
      formulas.literal(Kind.object, {
        is: 'someMember',
        names: formulas.oneOfValues([key]),
        of: formulas.noneOfValues([member]),
      }),
    ),
  ]);
}
