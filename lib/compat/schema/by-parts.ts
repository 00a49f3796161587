import { canonical, isObject, type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { absent, apart, flattened, typesOf } from './parts.ts';
import type { Work } from './work.ts';

/** Where the references of one side lead; `undefined` for one that leads nowhere. */
export type Follow = ($ref: string) => JsonValue | undefined;

/**
 * What is known of two references: that the first schema is contained in the second (for the same text on both sides: that they
 * are the same), or that they are two versions of one schema.
 */
export type Known = (inner: string, outer: string) => 'contained' | 'versions' | undefined;

/** What the parts of two documents lead to, and what is known of them beforehand. */
export interface Sides {
  inner: Follow;
  outer: Follow;
  known: Known;
  /** Was a property or an item written in the same way on both sides, all that it refers to included? */
  same(inner: JsonObject, outer: JsonObject): boolean;
  work: Work;
}

/** A pair of schemas, and what is believed of it: true until something shows that it is not proved. */
interface Claim {
  key: string;
  inner: JsonValue;
  outer: JsonValue;
  holds: boolean;
  /** The claims that were believed because this one was; empty once all of them are settled. */
  users: Set<Claim>;
  settled: boolean;
}

/** How often a schema is split by the branches of its choices: choices in each other, and branches in one proof. */
const MOST_SPLITS = 2;
const MOST_BRANCHES = 500;
const DEEPEST = 60;

/**
 * Proves that every value valid under one schema is valid under another, part by part and without a search: each keyword of the
 * outer one must follow from one of the inner one, and what the properties and items are is proved in the same way. Each pair
 * of schemas that references lead to is looked at once, however many comparisons ask for it. What is not proved may hold all
 * the same. Both are written as draft 2020-12, with nothing but references to definitions.
 */
export class ByParts {
  readonly #ids = new Map<JsonValue, number>();
  readonly #claims = new Map<string, Claim>();
  readonly #founded = { inner: new Map<string, boolean>(), outer: new Map<string, boolean>() };
  #waiting: Claim[] = [];
  #open: Claim[] = [];

  constructor(private readonly sides: Sides) {}

  /** Throws `OutOfWork`, and what following a reference throws. */
  contains(inner: JsonValue, outer: JsonValue): boolean {
    const root: Claim = { key: '', inner, outer, holds: true, users: new Set(), settled: false };
    this.#waiting = [root];
    this.#open = [];
    try {
      for (let claim = this.#waiting.pop(); claim; claim = this.#waiting.pop()) {
        if (!claim.holds || this.#isProved(claim)) continue;
        claim.holds = false;
        for (const user of claim.users) this.#waiting.push(user);
      }
    } catch (error) {
      // What was believed until now was not looked at to the end.
      for (const { key } of this.#open) this.#claims.delete(key);
      throw error;
    }
    for (const claim of this.#open) {
      claim.settled = true;
      claim.users.clear();
    }
    return root.holds;
  }

  #isProved(claim: Claim): boolean {
    const ask = (inner: JsonValue, outer: JsonValue): boolean => {
      const other = this.#claim(inner, outer);
      if (!other.settled) other.users.add(claim);
      return other.holds;
    };
    const inner = this.#target(claim.inner, this.sides.inner);
    const outer = this.#target(claim.outer, this.sides.outer);
    if (inner === undefined || outer === undefined) return false;
    if (!this.#isFounded(inner, 'inner') || !this.#isFounded(outer, 'outer')) return false;
    return new Proof(this.sides, ask).contains(inner, outer, 0);
  }

  #claim(inner: JsonValue, outer: JsonValue): Claim {
    this.sides.work.spend(2);
    const key = `${this.#id(inner)} ${this.#id(outer)}`;
    const found = this.#claims.get(key);
    if (found) return found;
    const claim: Claim = { key, inner, outer, holds: true, users: new Set(), settled: false };
    this.#claims.set(key, claim);
    this.#open.push(claim);
    this.#waiting.push(claim);
    return claim;
  }

  /** One number for each schema; a reference has that of what it refers to. */
  #id(node: JsonValue): number {
    const own = isReference(node) ? node.$ref : node;
    const id = this.#ids.get(own) ?? this.#ids.size;
    this.#ids.set(own, id);
    return id;
  }

  #target(node: JsonValue, follow: Follow): JsonValue | undefined {
    let here: JsonValue | undefined = node;
    for (let hops = 0; hops < DEEPEST && isReference(here); hops++) here = follow(here.$ref);
    return isReference(here) ? undefined : here;
  }

  /** A schema that leads back to itself at the same place in the value says nothing that can be proved. */
  #isFounded(node: JsonValue, side: 'inner' | 'outer', above: ReadonlySet<string> = new Set()): boolean {
    const memo = this.#founded[side];
    return referencesInPlace(node).every(($ref) => {
      const before = memo.get($ref);
      if (before !== undefined) return before;
      if (above.has($ref) || above.size > DEEPEST) return false;
      this.sides.work.spend(5);
      const target = this.sides[side]($ref);
      const is = target !== undefined && this.#isFounded(target, side, new Set([...above, $ref]));
      memo.set($ref, is);
      return is;
    });
  }
}

const inPlace = ['allOf', 'anyOf', 'oneOf'] as const;

/** The references of a schema that are about the same value. */
function referencesInPlace(node: JsonValue): string[] {
  if (!isObject(node)) return [];
  const own = typeof node.$ref === 'string' ? [node.$ref] : [];
  const below = inPlace.flatMap((keyword) => (Array.isArray(node[keyword]) ? node[keyword] : []));
  const others = ['not', 'if', 'then', 'else'].flatMap((keyword) => node[keyword] ?? []);
  const dependent = isObject(node.dependentSchemas) ? Object.values(node.dependentSchemas) : [];
  return [...own, ...[...below, ...others, ...dependent].flatMap(referencesInPlace)];
}

type Reference = JsonObject & { $ref: string };

const isReference = (node: JsonValue | undefined): node is Reference =>
  isObject(node) &&
  typeof node.$ref === 'string' &&
  Object.keys(node).every((key) => key === '$ref' || aside.has(key));

/** Keywords that say nothing of a value. */
const aside = new Set(['$schema', '$defs', 'definitions', '$comment', 'title', 'description']);

/** The proof of one claim: what lies behind references is asked of others. */
class Proof {
  private branches = 0;
  private readonly inner: Follow;
  private readonly outer: Follow;
  private readonly known: Known;
  private readonly work: Work;

  constructor(
    private readonly sides: Sides,
    private readonly ask: (inner: JsonValue, outer: JsonValue) => boolean,
  ) {
    this.inner = sides.inner;
    this.outer = sides.outer;
    this.known = sides.known;
    this.work = sides.work;
  }

  contains(inner: JsonValue, outer: JsonValue, depth: number): boolean {
    this.work.spend(3);
    if (outer === true || inner === false) return true;
    if (depth > DEEPEST || outer === false) return false;
    if (isReference(inner) && isReference(outer) && this.known(inner.$ref, outer.$ref) === 'contained')
      return true;
    if (depth > 0 && (isReference(inner) || isReference(outer))) return this.ask(inner, outer);
    if (depth > 0 && isObject(inner) && isObject(outer) && this.sides.same(inner, outer)) return true;
    const parts = flattened(inner, this.inner, this.work);
    return parts !== undefined && this.follows(parts, outer, MOST_SPLITS, depth + 1);
  }

  /** Does all that the outer schema says follow from the parts, which all hold, or from them with each branch of a choice? */
  private follows(parts: readonly JsonObject[], outer: JsonValue, splits: number, depth: number): boolean {
    if (outer === true) return true;
    const named = isReference(outer) ? this.isNamed(outer, parts) : undefined;
    if (named !== undefined) return named;
    const schema = isReference(outer) ? this.outer(outer.$ref) : outer;
    if (schema === true) return true;
    if (!isObject(schema) || depth > DEEPEST) return false;
    if (
      Object.entries(schema).every(([keyword, value]) =>
        this.holds(keyword, value, schema, parts, splits, depth),
      )
    )
      return true;
    if (splits === 0) return false;
    for (const part of parts)
      for (const keyword of ['anyOf', 'oneOf'] as const) {
        const branches = part[keyword];
        if (!Array.isArray(branches)) continue;
        const { [keyword]: _split, ...rest } = part;
        const others = parts.map((other) => (other === part ? rest : other));
        return branches.every((branch) => {
          if (branch === false) return true;
          if (++this.branches > MOST_BRANCHES) return false;
          const own = flattened(branch, this.inner, this.work);
          return own !== undefined && this.follows([...others, ...own], outer, splits - 1, depth + 1);
        });
      }
    return false;
  }

  /** Where one of the parts is another version of what the reference leads to: is it contained? */
  private isNamed(outer: Reference, parts: readonly JsonObject[]): boolean | undefined {
    for (const part of parts) {
      const known = isReference(part) ? this.known(part.$ref, outer.$ref) : undefined;
      if (known !== undefined) return known === 'contained' || this.ask(part, outer);
    }
    return undefined;
  }

  private holds(
    keyword: string,
    value: JsonValue,
    schema: JsonObject,
    parts: readonly JsonObject[],
    splits: number,
    depth: number,
  ): boolean {
    this.work.spend(2 + parts.length);
    if (aside.has(keyword) || keyword.startsWith('x-')) return true;
    const types = typesOf(parts);
    const about = concerned[keyword];
    if (about !== undefined && types !== undefined && !types.some((type) => about.includes(type)))
      return true;
    const some = (test: (part: JsonObject) => boolean): boolean => parts.some(test);
    switch (keyword) {
      case 'type': {
        const takes = [value].flat().map(String);
        return (
          types?.every((type) => takes.includes(type) || (type === 'integer' && takes.includes('number'))) ===
          true
        );
      }
      case 'enum':
        return Array.isArray(value) && this.isListed(value, parts);
      case 'const':
        return this.isListed([value], parts);
      case 'minimum':
      case 'minLength':
      case 'minItems':
      case 'minProperties':
      case 'exclusiveMinimum':
        return (
          (keyword.length > 7 && keyword !== 'exclusiveMinimum' && value === 0) ||
          some((part) => typeof part[keyword] === 'number' && part[keyword] >= Number(value))
        );
      case 'maximum':
      case 'maxLength':
      case 'maxItems':
      case 'maxProperties':
      case 'exclusiveMaximum':
        return some((part) => typeof part[keyword] === 'number' && part[keyword] <= Number(value));
      case 'required':
        return (
          Array.isArray(value) &&
          value.every((name) => some(({ required }) => Array.isArray(required) && required.includes(name)))
        );
      case 'properties':
        return (
          isObject(value) &&
          Object.entries(value).every(([name, property]) => this.isProperty(name, property, parts, depth))
        );
      case 'additionalProperties':
        return some((part) => this.isRest(value, schema, part, parts, depth));
      case 'patternProperties':
        return (
          isObject(value) &&
          Object.entries(value).every(([pattern, property]) =>
            some(({ patternProperties: own }) => {
              const before = isObject(own) && Object.hasOwn(own, pattern) ? own[pattern] : undefined;
              return before !== undefined && this.contains(before, property, depth + 1);
            }),
          )
        );
      case 'items':
      case 'prefixItems':
        return some((part) => this.areItems(schema, part, depth));
      case 'uniqueItems':
        return value === false || some(({ uniqueItems }) => uniqueItems === true);
      case 'unevaluatedProperties':
      case 'unevaluatedItems':
        // What is evaluated depends on all that stands beside it.
        return value === true || some((part) => this.isText(part, schema));
      case '$ref':
        return typeof value === 'string' && this.follows(parts, { $ref: value }, splits, depth + 1);
      case 'allOf':
        return Array.isArray(value) && value.every((part) => this.follows(parts, part, splits, depth + 1));
      case 'anyOf':
        return (
          Array.isArray(value) &&
          ordered(value, parts).some((branch) => this.follows(parts, branch, 0, depth + 1))
        );
      case 'oneOf':
        return Array.isArray(value) && this.isOne(value, parts, depth);
      default:
        return some((part) => part[keyword] !== undefined && this.isSame(keyword, schema, part));
    }
  }

  /** Is every value one of these? */
  private isListed(values: readonly JsonValue[], parts: readonly JsonObject[]): boolean {
    return parts.some((part) => {
      const list = Array.isArray(part.enum) ? part.enum : part.const === undefined ? undefined : [part.const];
      this.work.spend((list?.length ?? 0) + values.length);
      if (list === undefined) return false;
      const texts = new Set(values.map(canonical));
      return list.every((item) => texts.has(canonical(item)));
    });
  }

  private isProperty(name: string, outer: JsonValue, parts: readonly JsonObject[], depth: number): boolean {
    if (outer === true) return true;
    const declared = parts.some(({ properties, patternProperties, additionalProperties }) => {
      if (isObject(properties) && Object.hasOwn(properties, name))
        return this.contains(properties[name] ?? true, outer, depth + 1);
      const rest = patternProperties === undefined ? additionalProperties : undefined;
      return rest !== undefined && this.contains(rest, outer, depth + 1);
    });
    return declared || absent(name, parts, this.inner, this.work);
  }

  /** Is every property that the outer schema does not name one that its `additionalProperties` takes? */
  private isRest(
    outer: JsonValue,
    { properties, patternProperties: patterns }: JsonObject,
    part: JsonObject,
    parts: readonly JsonObject[],
    depth: number,
  ): boolean {
    if (outer === true) return true;
    if (patterns !== undefined || part.patternProperties !== undefined) return false;
    if (part.additionalProperties === undefined) return false;
    const named = isObject(properties) ? properties : {};
    const own = isObject(part.properties) ? Object.entries(part.properties) : [];
    this.work.spend(own.length);
    return (
      this.contains(part.additionalProperties, outer, depth + 1) &&
      own.every(
        ([name, property]) =>
          Object.hasOwn(named, name) ||
          this.contains(property, outer, depth + 1) ||
          absent(name, parts, this.inner, this.work),
      )
    );
  }

  private areItems(outer: JsonObject, part: JsonObject, depth: number): boolean {
    const first = (schema: JsonObject) => (Array.isArray(schema.prefixItems) ? schema.prefixItems : []);
    const at = (schema: JsonObject, n: number): JsonValue => first(schema)[n] ?? schema.items ?? true;
    const most = Math.max(first(part).length, first(outer).length);
    for (let n = 0; n <= most; n++) if (!this.contains(at(part, n), at(outer, n), depth + 1)) return false;
    return true;
  }

  /** One branch takes the value, and no other can; or the choice is the same as before. */
  private isOne(outer: readonly JsonValue[], parts: readonly JsonObject[], depth: number): boolean {
    const same = parts.some(
      ({ oneOf }) =>
        Array.isArray(oneOf) &&
        oneOf.length === outer.length &&
        oneOf.every((branch, n) => this.isText(branch, outer[n] ?? true)),
    );
    if (same) return true;
    return ordered(outer, parts).some(
      (part) =>
        this.follows(parts, part, 0, depth + 1) &&
        outer.every(
          (other) => other === part || apart(parts, other, { own: this.inner, other: this.outer }, this.work),
        ),
    );
  }

  /** A keyword that is only compared as it is written, with those that belong to it. */
  private isSame(keyword: string, outer: JsonObject, inner: JsonObject): boolean {
    const group = together.find((names) => names.includes(keyword)) ?? [keyword];
    return group.every((name) =>
      outer[name] === undefined || inner[name] === undefined
        ? outer[name] === inner[name]
        : this.isText(inner[name], outer[name]),
    );
  }

  private isText(inner: JsonValue, outer: JsonValue): boolean {
    const references = new Set<string>();
    this.work.spend(sizeOf(inner, references));
    return sameJson(inner, outer) && [...references].every(($ref) => this.known($ref, $ref) === 'contained');
  }
}

/** Keywords that mean something together only. */
const together = [
  ['if', 'then', 'else'],
  ['contains', 'minContains', 'maxContains'],
];

/** The types that a keyword says something of. */
const concerned: Record<string, readonly string[]> = {
  ...Object.fromEntries(
    [
      'properties',
      'required',
      'additionalProperties',
      'patternProperties',
      'propertyNames',
      'minProperties',
      'maxProperties',
    ]
      .concat(['dependentRequired', 'dependentSchemas', 'unevaluatedProperties'])
      .map((keyword) => [keyword, ['object']]),
  ),
  ...Object.fromEntries(
    ['items', 'prefixItems', 'contains', 'minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems'].map(
      (keyword) => [keyword, ['array']],
    ),
  ),
  ...Object.fromEntries(['minLength', 'maxLength', 'pattern'].map((keyword) => [keyword, ['string']])),
  ...Object.fromEntries(
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].map((keyword) => [
      keyword,
      ['number', 'integer'],
    ]),
  ),
};

/** The branches, with those first that are most likely the one: of the same name. */
function ordered(branches: readonly JsonValue[], parts: readonly JsonObject[]): JsonValue[] {
  const first = parts.length > 0 ? parts[parts.length - 1] : undefined;
  const types = first?.type;
  const isLikely = (branch: JsonValue): boolean =>
    isObject(branch) && (isReference(branch) || sameJson(branch.type ?? null, types ?? null));
  return [...branches.filter(isLikely), ...branches.filter((branch) => !isLikely(branch))];
}

/** Its size, with the references in it gathered. */
function sizeOf(root: JsonValue, references: Set<string>): number {
  let size = 1;
  const waiting: JsonValue[] = [root];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    size++;
    if (Array.isArray(here)) waiting.push(...here);
    else if (isObject(here)) {
      if (typeof here.$ref === 'string') references.add(here.$ref);
      waiting.push(...Object.values(here));
    }
  }
  return size;
}
