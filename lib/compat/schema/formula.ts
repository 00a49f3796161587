import { canonical, type JsonValue } from '../../json.ts';
import { fromNumber, type Rational, spell } from './rational.ts';
import { Work } from './work.ts';

/** The kinds of JSON values, as bits; `number` is split so that `integer` and its complement are kinds. */
export const Kind = {
  null: 1,
  boolean: 2,
  integer: 4,
  fraction: 8,
  number: 12,
  string: 16,
  array: 32,
  object: 64,
  all: 127,
} as const;

export type TypedKind = 12 | 16 | 32 | 64;

/** Where an answer stopped being certain, or a limit was hit. */
export interface Why {
  reason: string;
  pointer: string;
  keyword?: string;
}

/**
 * A constraint on values of one kind; every other value satisfies it. Ranges of items are half-open, an absent `to`
 * is the end of the array. `names` are formulas on property names.
 */
export type Literal =
  | { is: 'min' | 'max'; at: Rational; exclusive: boolean }
  | { is: 'multiple' | 'notMultiple'; of: Rational }
  | { is: 'minLength' | 'maxLength'; n: number }
  | { is: 'pattern'; source: string; negated: boolean }
  | { is: 'format'; name: string; negated: boolean }
  | { is: 'minItems' | 'maxItems'; n: number }
  | { is: 'every' | 'some'; from: number; to: number; of: Formula }
  | { is: 'atLeast' | 'atMost'; n: number; of: Formula }
  | { is: 'unique'; negated: boolean }
  | { is: 'has' | 'lacks'; key: string }
  | { is: 'minProperties' | 'maxProperties'; n: number }
  | { is: 'eachMember' | 'someMember'; names: Formula; of: Formula };

export interface Origin {
  side: 'old' | 'new';
  pointer: string;
  keyword: string;
}

/** A schema located in one document, expanded only when it is reached: what makes recursion finite. */
export interface Target {
  readonly id: string;
  readonly why: Why;
  body(): Formula;
}

interface Base {
  readonly id: number;
}
export type And = Base & { op: 'and'; parts: readonly Formula[] };
export type Or = Base & { op: 'or'; parts: readonly Formula[] };
export type Values = ReadonlyMap<string, JsonValue>;
export type Formula =
  | (Base & { op: 'true' | 'false' })
  | And
  | Or
  | (Base & { op: 'kinds'; mask: number })
  | (Base & { op: 'enum' | 'notEnum'; values: Values })
  | (Base & { op: 'ref'; target: Target; negated: boolean })
  | (Base & { op: 'opaque'; name: string; mask: number; negated: boolean; why: Why })
  | (Base & { op: 'literal'; kind: TypedKind; literal: Literal });

type Draft<F> = F extends Formula ? Omit<F, 'id'> : never;

export const kindOf = (value: JsonValue): number => {
  if (value === null) return Kind.null;
  if (Array.isArray(value)) return Kind.array;
  if (typeof value === 'object') return Kind.object;
  if (typeof value === 'number') return Number.isInteger(value) ? Kind.integer : Kind.fraction;
  return typeof value === 'string' ? Kind.string : Kind.boolean;
};

/**
 * The formulas of one comparison: equal formulas are one object, from whichever side they come, so that what both
 * sides share cancels by identity. Negation is pushed inwards down to the literals.
 */
export class Formulas {
  readonly #interned = new Map<string, Formula>();
  readonly #negations = new Map<Formula, Formula>();
  readonly #origins = new Map<Formula, Origin>();
  readonly true: Formula;
  readonly false: Formula;

  constructor(readonly work: Work = new Work()) {
    this.true = this.#intern('T', { op: 'true' });
    this.false = this.#intern('F', { op: 'false' });
    this.#pair(this.true, this.false);
  }

  get size(): number {
    return this.#interned.size;
  }

  and(parts: Iterable<Formula>): Formula {
    return this.#join('and', parts, this.true, this.false);
  }

  or(parts: Iterable<Formula>): Formula {
    return this.#join('or', parts, this.false, this.true);
  }

  kinds(mask: number): Formula {
    if ((mask & Kind.all) === Kind.all) return this.true;
    return mask === 0 ? this.false : this.#intern(`k${mask}`, { op: 'kinds', mask });
  }

  /** One of the values; their canonical spellings are their identity. */
  oneOfValues(values: Iterable<JsonValue>): Formula {
    return this.#values('enum', new Map([...values].map((value) => [canonical(value), value])));
  }

  noneOfValues(values: Iterable<JsonValue>): Formula {
    return this.not(this.oneOfValues(values));
  }

  ref(target: Target): Formula {
    return this.#intern(`r${target.id}`, { op: 'ref', target, negated: false });
  }

  /** A predicate nobody here can look into; the same name is the same predicate. */
  opaque(name: string, why: Why, mask: number = Kind.all): Formula {
    return this.#intern(`o${mask}:${name}`, { op: 'opaque', name, mask, negated: false, why });
  }

  literal(kind: TypedKind, literal: Literal): Formula {
    switch (literal.is) {
      case 'minLength':
      case 'minItems':
      case 'minProperties':
        if (literal.n <= 0) return this.true;
        break;
      case 'every':
        if (literal.of === this.true || literal.from >= literal.to) return this.true;
        break;
      case 'some':
        if (literal.of === this.false || literal.from >= literal.to) return this.noneOfKind(kind);
        if (literal.to === literal.from + 1)
          return this.and([
            this.literal(kind, { is: 'minItems', n: literal.to }),
            this.literal(kind, { is: 'every', from: literal.from, to: literal.to, of: literal.of }),
          ]);
        if (literal.of === this.true) return this.literal(kind, { is: 'minItems', n: literal.from + 1 });
        break;
      case 'atLeast':
        if (literal.n <= 0) return this.true;
        if (literal.n === 1)
          return this.literal(kind, { is: 'some', from: 0, to: Number.POSITIVE_INFINITY, of: literal.of });
        break;
      case 'atMost':
        if (literal.of === this.false) return this.true;
        if (literal.n === 0)
          return this.literal(kind, {
            is: 'every',
            from: 0,
            to: Number.POSITIVE_INFINITY,
            of: this.not(literal.of),
          });
        break;
      case 'eachMember':
        if (literal.of === this.true || literal.names === this.false) return this.true;
        break;
      case 'someMember': {
        if (literal.of === this.false || literal.names === this.false) return this.noneOfKind(kind);
        const key = soleName(literal.names);
        if (key === undefined) break;
        return this.and([
          this.literal(kind, { is: 'has', key }),
          this.literal(kind, { ...literal, is: 'eachMember' }),
        ]);
      }
    }
    return this.#intern(`l${kind}:${spellLiteral(literal)}`, { op: 'literal', kind, literal });
  }

  not(formula: Formula): Formula {
    const known = this.#negations.get(formula);
    if (known) return known;
    const negation = this.#negate(formula);
    this.#pair(formula, negation);
    return negation;
  }

  /** What contradicts a formula, for values that are known to be of its literal's kind. */
  opposite(formula: Formula): Formula {
    return formula.op === 'literal' ? this.#opposite(formula.kind, formula.literal) : this.not(formula);
  }

  /** A formula together with its negation, where the caller knows a better one than pushing `not` inwards gives. */
  define(formula: Formula, negation: Formula): Formula {
    if (!this.#negations.has(formula)) this.#pair(formula, negation);
    return formula;
  }

  /** Exactly one of the parts. */
  exactlyOne(parts: readonly Formula[]): Formula {
    this.work.spend((parts.length * parts.length) >> 2);
    const looks = parts.map((part) => ({ part, kinds: kindsOf(part), members: tellingMembers(part) }));
    const alone = looks.map((look) =>
      this.and([
        look.part,
        ...looks.filter((other) => other !== look && meets(look, other)).map(({ part }) => this.not(part)),
      ]),
    );
    const two = looks.flatMap((look, i) =>
      looks.slice(i + 1).flatMap((other) => (meets(look, other) ? [this.and([look.part, other.part])] : [])),
    );
    const none = this.and(parts.map((part) => this.not(part)));
    return this.define(this.or(alone), this.or([none, ...two]));
  }

  /** Where a formula was read, for the answers that name a part; the new side's place wins. */
  locate(formula: Formula, at: Origin): Formula {
    if (!this.#origins.has(formula) || at.side === 'new') this.#origins.set(formula, at);
    return formula;
  }

  originOf(formula: Formula): Origin | undefined {
    return this.#origins.get(formula);
  }

  /** Any value but one of the kind. */
  noneOfKind(kind: number): Formula {
    return this.kinds(Kind.all & ~kind);
  }

  #negate(formula: Formula): Formula {
    switch (formula.op) {
      case 'true':
        return this.false;
      case 'false':
        return this.true;
      case 'and':
        return this.or(formula.parts.map((part) => this.not(part)));
      case 'or':
        return this.and(formula.parts.map((part) => this.not(part)));
      case 'kinds':
        return this.kinds(Kind.all & ~formula.mask);
      case 'enum':
        return this.#values('notEnum', formula.values);
      case 'notEnum':
        return this.#values('enum', formula.values);
      case 'ref':
        return this.#intern(`!r${formula.target.id}`, { ...formula, negated: !formula.negated });
      case 'opaque':
        return this.#intern(`!o${formula.mask}:${formula.name}`, { ...formula, negated: !formula.negated });
      case 'literal':
        return this.and([this.kinds(formula.kind), this.#opposite(formula.kind, formula.literal)]);
    }
  }

  #opposite(kind: TypedKind, literal: Literal): Formula {
    switch (literal.is) {
      case 'min':
      case 'max':
        return this.literal(kind, {
          is: literal.is === 'min' ? 'max' : 'min',
          at: literal.at,
          exclusive: !literal.exclusive,
        });
      case 'multiple':
        return this.literal(kind, { ...literal, is: 'notMultiple' });
      case 'notMultiple':
        return this.literal(kind, { ...literal, is: 'multiple' });
      case 'pattern':
      case 'format':
      case 'unique':
        return this.literal(kind, { ...literal, negated: !literal.negated });
      case 'minLength':
        return this.literal(kind, { is: 'maxLength', n: literal.n - 1 });
      case 'maxLength':
        return this.literal(kind, { is: 'minLength', n: literal.n + 1 });
      case 'minItems':
        return this.literal(kind, { is: 'maxItems', n: literal.n - 1 });
      case 'maxItems':
        return this.literal(kind, { is: 'minItems', n: literal.n + 1 });
      case 'minProperties':
        return this.literal(kind, { is: 'maxProperties', n: literal.n - 1 });
      case 'maxProperties':
        return this.literal(kind, { is: 'minProperties', n: literal.n + 1 });
      case 'every':
        return this.literal(kind, { ...literal, is: 'some', of: this.not(literal.of) });
      case 'some':
        return this.literal(kind, { ...literal, is: 'every', of: this.not(literal.of) });
      case 'atLeast':
        return this.literal(kind, { is: 'atMost', n: literal.n - 1, of: literal.of });
      case 'atMost':
        return this.literal(kind, { is: 'atLeast', n: literal.n + 1, of: literal.of });
      case 'has':
        return this.literal(kind, { ...literal, is: 'lacks' });
      case 'lacks':
        return this.literal(kind, { ...literal, is: 'has' });
      case 'eachMember':
        return this.literal(kind, { ...literal, is: 'someMember', of: this.not(literal.of) });
      case 'someMember':
        return this.literal(kind, { ...literal, is: 'eachMember', of: this.not(literal.of) });
    }
  }

  #values(op: 'enum' | 'notEnum', values: Values): Formula {
    if (values.size === 0) return op === 'enum' ? this.false : this.true;
    this.work.spend(values.size);
    const keys = [...values.keys()].sort();
    return this.#intern(`${op}${keys.map((key) => `${key.length}:${key}`).join(',')}`, { op, values });
  }

  #join(op: 'and' | 'or', parts: Iterable<Formula>, neutral: Formula, absorbing: Formula): Formula {
    const flat = new Map<number, Formula>();
    for (const part of parts) {
      if (part === neutral) continue;
      if (part === absorbing) return absorbing;
      for (const formula of part.op === op ? part.parts : [part]) {
        this.work.spend(1);
        const negation = this.#negations.get(formula);
        if (negation && flat.has(negation.id)) return absorbing;
        flat.set(formula.id, formula);
      }
    }
    const [only] = flat.values();
    if (only === undefined) return neutral;
    if (flat.size === 1) return only;
    const ids = [...flat.keys()].sort((a, b) => a - b);
    return this.#intern(`${op}(${ids.join(',')})`, { op, parts: [...flat.values()] });
  }

  #pair(formula: Formula, other: Formula): void {
    this.#negations.set(formula, other);
    if (!this.#negations.has(other)) this.#negations.set(other, formula);
  }

  #intern(key: string, draft: Draft<Formula>): Formula {
    this.work.spendText(key.length);
    const known = this.#interned.get(key);
    if (known) return known;
    this.work.spend(2);
    const formula = { ...draft, id: this.#interned.size } as Formula;
    this.#interned.set(key, formula);
    return formula;
  }
}

/** What shows of a formula at a glance. */
interface Look {
  part: Formula;
  kinds: number;
  members: Map<string, Values>;
}

/** Whether two formulas might hold of one value, as far as it shows at a glance: by kind, or by a telling member. */
function meets(a: Look, b: Look): boolean {
  const common = a.kinds & b.kinds;
  if (common !== Kind.object) return common !== 0;
  for (const [key, values] of a.members) {
    const others = b.members.get(key);
    if (others && ![...values.keys()].some((value) => others.has(value))) return false;
  }
  return true;
}

/** The members that must be there with one of a few values. */
function tellingMembers(formula: Formula): Map<string, Values> {
  const members = new Map<string, Values>();
  const parts = formula.op === 'and' ? formula.parts : [];
  const required = new Set(
    parts.map((part) => (part.op === 'literal' && part.literal.is === 'has' ? part.literal.key : undefined)),
  );
  for (const part of parts) {
    if (part.op !== 'literal' || part.literal.is !== 'eachMember') continue;
    const { names, of } = part.literal;
    const key = soleName(names);
    const values = of.op === 'and' ? of.parts.find((conjunct) => conjunct.op === 'enum') : of;
    if (key !== undefined && required.has(key) && values?.op === 'enum') members.set(key, values.values);
  }
  return members;
}

/** A pure memo: a formula does not change, and its kinds follow from it alone. */
const knownKinds = new WeakMap<Formula, number>();

/** The kinds of values that can satisfy a formula, as far as it shows at a glance. */
function kindsOf(formula: Formula): number {
  const known = knownKinds.get(formula);
  if (known !== undefined) return known;
  const kinds = findKinds(formula);
  knownKinds.set(formula, kinds);
  return kinds;
}

function findKinds(formula: Formula): number {
  switch (formula.op) {
    case 'false':
      return 0;
    case 'kinds':
      return formula.mask;
    case 'enum':
      return [...formula.values.values()].reduce((mask: number, value) => mask | kindOf(value), 0);
    case 'and':
      return formula.parts.reduce((mask, part) => mask & kindsOf(part), Kind.all as number);
    case 'or':
      return formula.parts.reduce((mask, part) => mask | kindsOf(part), 0);
    default:
      return Kind.all;
  }
}

/** The first part of formulas that nobody here can look into. */
export function firstOpaque(goal: readonly Formula[]): Why | undefined {
  const seen = new Set<Formula>();
  const open = [...goal];
  for (let here = open.pop(); here; here = open.pop()) {
    if (seen.has(here)) continue;
    seen.add(here);
    if (here.op === 'opaque') return here.why;
    if (here.op === 'and' || here.op === 'or') open.push(...here.parts);
    else if (here.op === 'ref') open.push(here.target.body());
    else if (here.op === 'literal') {
      if ('of' in here.literal && 'op' in here.literal.of) open.push(here.literal.of);
      if ('names' in here.literal) open.push(here.literal.names);
    }
  }
  return undefined;
}

/** The one name that satisfies a formula on names, where it is spelt as one. */
export function soleName(names: Formula): string | undefined {
  if (names.op !== 'enum' || names.values.size !== 1) return undefined;
  const [name] = names.values.values();
  return typeof name === 'string' ? name : undefined;
}

export const numberLiteral = (is: 'min' | 'max', at: number, exclusive: boolean): Literal => ({
  is,
  at: fromNumber(at),
  exclusive,
});

function spellLiteral(literal: Literal): string {
  switch (literal.is) {
    case 'min':
    case 'max':
      return `${literal.is}${literal.exclusive ? 'x' : ''}${spell(literal.at)}`;
    case 'multiple':
    case 'notMultiple':
      return `${literal.is}${spell(literal.of)}`;
    case 'pattern':
      return `${literal.negated}pattern${literal.source}`;
    case 'format':
      return `${literal.negated}format${literal.name}`;
    case 'unique':
      return `${literal.negated}unique`;
    case 'has':
    case 'lacks':
      return `${literal.is}${literal.key}`;
    case 'every':
    case 'some':
      return `${literal.is}${literal.from}-${literal.to}:${literal.of.id}`;
    case 'atLeast':
    case 'atMost':
      return `${literal.is}${literal.n}:${literal.of.id}`;
    case 'eachMember':
    case 'someMember':
      return `${literal.is}${literal.names.id}:${literal.of.id}`;
    default:
      return `${literal.is}${literal.n}`;
  }
}
