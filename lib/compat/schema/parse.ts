import { isObject, type JsonValue, pointerToken } from '../../json.ts';
import { isModern, knows } from './dialect.ts';
import { type Document, type Place, Undecided } from './document.ts';
import { knownFormats } from './formats.ts';
import { type Formula, type Formulas, Kind, type Literal, numberLiteral, type Target } from './formula.ts';
import { Node } from './node.ts';
import { patternCost, readPattern } from './pattern.ts';
import { fromNumber } from './rational.ts';
import { unevaluatedItems, unevaluatedProperties } from './unevaluated.ts';

const kindNames: Record<string, number> = {
  null: Kind.null,
  boolean: Kind.boolean,
  integer: Kind.integer,
  number: Kind.number,
  string: Kind.string,
  array: Kind.array,
  object: Kind.object,
};

const end = Number.POSITIVE_INFINITY;

/** Reads the schemas of one document as formulas. What is not a schema throws `Undecided` with its pointer. */
export class Parser {
  readonly #targets = new Map<string, RefTarget>();
  readonly #grounded = new Set<RefTarget>();

  constructor(
    readonly formulas: Formulas,
    readonly document: Document,
  ) {}

  /** The values that a schema accepts. */
  read(place: Place): Formula {
    const { schema } = place;
    this.formulas.work.spend(4);
    if (schema === true) return this.formulas.true;
    if (schema === false) return this.formulas.false;
    if (!isObject(schema)) return this.refuse(place, undefined, 'a schema must be an object or a boolean');
    const node = new Node(this, place, schema);
    if (this.document.dialect.refStandsAlone && typeof node.get('$ref') === 'string')
      return this.#reference(node, '$ref');
    return this.formulas.and([...this.#parts(node)]);
  }

  /** The whole document, with everything that references reach, so that nothing unreadable stays unseen. */
  readAll(): Formula {
    const root = this.read(this.document.root);
    for (const target of this.#targets.values()) target.body();
    return root;
  }

  /** The schema at a keyword of a schema (or deeper), with its own base URI. */
  inside(place: Place, schema: JsonValue, ...path: (string | number)[]): Place {
    this.formulas.work.spendText(place.pointer.length);
    return {
      schema,
      pointer: `${place.pointer}${path.map((token) => `/${pointerToken(token)}`).join('')}`,
      base: this.document.baseAt(schema, place.base),
    };
  }

  /** Whether no reference that must hold of the same value as this one leads back to anything on its way. */
  isGrounded(target: RefTarget): boolean {
    const onWay = new Set<RefTarget>();
    const open: { target: RefTarget; next: RefTarget[] }[] = [];
    const enter = (entered: RefTarget): void => {
      onWay.add(entered);
      open.push({ target: entered, next: this.#grounded.has(entered) ? [] : entered.inPlace() });
    };
    enter(target);
    for (let here = open.at(-1); here; here = open.at(-1)) {
      const next = here.next.pop();
      if (next === undefined) {
        this.#grounded.add(here.target);
        onWay.delete(here.target);
        open.pop();
      } else if (onWay.has(next)) return false;
      else if (!this.#grounded.has(next)) enter(next);
    }
    return true;
  }

  /** What a pattern says of strings; combinations of patterns where look-arounds can be taken apart. */
  pattern(source: string, place: Place, keyword: string): Formula {
    const pattern = readPattern(source);
    this.formulas.work.spend(patternCost(pattern, source));
    if (pattern.is === 'invalid') return this.refuse(place, keyword, pattern.message);
    if (pattern.is === 'all' || pattern.is === 'any') {
      const parts = pattern.of.map((part) => {
        const formula = this.pattern(part.source, place, keyword);
        // Only strings are spoken of: every other value still satisfies the pattern.
        const others = this.formulas.noneOfKind(Kind.string);
        return part.negated ? this.formulas.or([others, this.formulas.not(formula)]) : formula;
      });
      return pattern.is === 'all' ? this.formulas.and(parts) : this.formulas.or(parts);
    }
    return this.literal(place, keyword, Kind.string, { is: 'pattern', source, negated: false });
  }

  literal(place: Place, keyword: string, kind: 12 | 16 | 32 | 64, literal: Literal): Formula {
    return this.formulas.locate(this.formulas.literal(kind, literal), {
      side: this.document.side,
      pointer: `${place.pointer}/${pointerToken(keyword)}`,
      keyword,
    });
  }

  /** A predicate of this side only. */
  opaque(place: Place, keyword: string, reason: string, mask: number = Kind.all, shared?: string): Formula {
    const pointer = `${place.pointer}/${pointerToken(keyword)}`;
    const name = shared ?? `${this.document.side}:${pointer}`;
    return this.formulas.opaque(name, { reason, pointer, keyword }, mask);
  }

  refuse(place: Place, keyword: string | undefined, reason: string): never {
    const pointer = keyword === undefined ? place.pointer : `${place.pointer}/${pointerToken(keyword)}`;
    throw new Undecided({
      reason: `the ${this.document.side} side is not a valid schema at '${pointer}': ${reason}`,
      pointer,
      ...(keyword === undefined ? {} : { keyword }),
    });
  }

  knows(keyword: string): boolean {
    return knows(this.document.dialect, keyword);
  }

  /** The place a `$ref` leads to, or the opaque predicate that stands for one outside the document. */
  follow(node: Node, keyword: string): Place | Formula {
    const reference = node.string(keyword) ?? '';
    const resolved = this.document.resolve(reference, node.place);
    if ('place' in resolved) return resolved.place;
    const reason = `remote '${keyword}' '${resolved.remote}' is never fetched`;
    return this.opaque(node.place, keyword, reason, Kind.all, `remote ${resolved.remote}`);
  }

  *#parts(node: Node): Generator<Formula> {
    yield* this.#references(node);
    yield* this.#anyKind(node);
    yield* this.#numbers(node);
    yield* this.#strings(node);
    yield* this.#arrays(node);
    yield* this.#objects(node);
    yield* this.#combinators(node);
  }

  *#references(node: Node): Generator<Formula> {
    if (node.has('$ref')) yield this.#reference(node, '$ref');
    if (this.knows('$recursiveRef') && node.has('$recursiveRef'))
      yield this.document.hasRecursiveAnchors
        ? this.opaque(node.place, '$recursiveRef', "'$recursiveRef' depends on the referring schema")
        : this.#reference(node, '$recursiveRef');
    if (this.knows('$dynamicRef') && node.has('$dynamicRef')) {
      const anchor = /#(.*)$/.exec(node.string('$dynamicRef') ?? '')?.[1] ?? '';
      yield this.document.isSoleDynamicAnchor(anchor)
        ? this.#reference(node, '$dynamicRef')
        : this.opaque(node.place, '$dynamicRef', "'$dynamicRef' depends on the referring schema");
    }
  }

  #reference(node: Node, keyword: string): Formula {
    const target = this.follow(node, keyword);
    if ('op' in target) return target;
    const id = `${this.document.side}${target.pointer}`;
    let known = this.#targets.get(id);
    if (!known) {
      known = new RefTarget(this, id, target);
      this.#targets.set(id, known);
    }
    return this.formulas.ref(known);
  }

  *#anyKind(node: Node): Generator<Formula> {
    const type = node.get('type');
    if (type !== undefined) {
      const names = Array.isArray(type) ? type : [type];
      if (names.length === 0) node.refuse('type', 'it does not name a type');
      const mask = names.reduce((sum: number, name) => {
        const kind = typeof name === 'string' && Object.hasOwn(kindNames, name) ? kindNames[name] : undefined;
        return sum | (kind ?? node.refuse('type', `${JSON.stringify(name)} is not a valid type`));
      }, 0);
      yield this.formulas.kinds(mask);
    }
    const values = node.get('enum');
    if (values !== undefined)
      yield this.formulas.oneOfValues(Array.isArray(values) ? values : node.refuse('enum', 'not an array'));
    const only = this.knows('const') ? node.get('const') : undefined;
    if (only !== undefined) yield this.formulas.oneOfValues([only]);
  }

  *#numbers(node: Node): Generator<Formula> {
    const step = node.number('multipleOf');
    if (step !== undefined) {
      if (step <= 0) node.refuse('multipleOf', 'not greater than 0');
      yield node.literal('multipleOf', Kind.number, { is: 'multiple', of: fromNumber(step) });
    }
    for (const [is, keyword, exclusiveKeyword] of [
      ['min', 'minimum', 'exclusiveMinimum'],
      ['max', 'maximum', 'exclusiveMaximum'],
    ] as const) {
      const bound = node.number(keyword);
      const exclusive = node.get(exclusiveKeyword);
      const { draft, declared } = this.document.dialect;
      if (typeof exclusive === 'boolean' && declared && draft !== 'draft-04')
        node.refuse(exclusiveKeyword, `not a number, as ${draft} requires`);
      if (bound !== undefined)
        yield node.literal(exclusive === true ? exclusiveKeyword : keyword, Kind.number, {
          ...numberLiteral(is, bound, exclusive === true),
        });
      if (exclusive === undefined || typeof exclusive === 'boolean') continue;
      if (declared && draft === 'draft-04')
        node.refuse(exclusiveKeyword, 'not a boolean, as draft-04 requires');
      const at = node.number(exclusiveKeyword) ?? 0;
      yield node.literal(exclusiveKeyword, Kind.number, numberLiteral(is, at, true));
    }
  }

  *#strings(node: Node): Generator<Formula> {
    for (const keyword of ['minLength', 'maxLength'] as const) {
      const n = node.count(keyword);
      if (n !== undefined) yield node.literal(keyword, Kind.string, { is: keyword, n });
    }
    const pattern = node.string('pattern');
    if (pattern !== undefined) yield this.pattern(pattern, node.place, 'pattern');
    const format = node.string('format');
    if (format !== undefined) yield* this.#format(node, format);
    for (const keyword of ['contentEncoding', 'contentMediaType']) {
      const content = this.knows(keyword) ? node.string(keyword) : undefined;
      // Annotations since 2019-09; before, a validator may assert them.
      if (content === undefined || (isModern(this.document.dialect) && this.document.dialect.declared))
        continue;
      const reason = `validators may ignore '${keyword}'`;
      yield this.opaque(node.place, keyword, reason, Kind.string, `${keyword} ${content}`);
    }
  }

  *#format(node: Node, format: string): Generator<Formula> {
    const known = knownFormats.get(format);
    if (known === 'anything') return;
    if (known === 'string') {
      yield node.literal('format', Kind.string, { is: 'format', name: format, negated: false });
      return;
    }
    const reason = `validators may ignore the format '${format}'`;
    const mask = known === 'number' ? Kind.number : Kind.all;
    yield this.opaque(node.place, 'format', reason, mask, `format ${format}`);
  }

  *#arrays(node: Node): Generator<Formula> {
    for (const keyword of ['minItems', 'maxItems'] as const) {
      const n = node.count(keyword);
      if (n !== undefined) yield node.literal(keyword, Kind.array, { is: keyword, n });
    }
    if (node.boolean('uniqueItems'))
      yield node.literal('uniqueItems', Kind.array, { is: 'unique', negated: false });
    const { tuple, rest } = this.itemKeywords(node);
    if (tuple)
      for (const [index, schema] of node.list(tuple).entries())
        yield node.literal(tuple, Kind.array, {
          is: 'every',
          from: index,
          to: index + 1,
          of: this.read(this.inside(node.place, schema, tuple, index)),
        });
    if (rest && node.has(rest))
      yield node.literal(rest, Kind.array, {
        is: 'every',
        from: tuple ? node.list(tuple).length : 0,
        to: end,
        of: node.schema(rest),
      });
    if (this.knows('contains') && node.has('contains')) yield* this.#contains(node);
    if (this.knows('unevaluatedItems') && node.has('unevaluatedItems')) yield unevaluatedItems(this, node);
  }

  /** Which keywords describe the first items one by one, and all others. */
  itemKeywords(node: Node): { tuple?: string; rest?: string } {
    const isTuple = Array.isArray(node.get('items'));
    if (this.document.dialect.draft === '2020-12') {
      if (isTuple) node.refuse('items', 'an array, which is called `prefixItems` in 2020-12');
      return node.has('prefixItems') ? { tuple: 'prefixItems', rest: 'items' } : { rest: 'items' };
    }
    return isTuple ? { tuple: 'items', rest: 'additionalItems' } : { rest: 'items' };
  }

  *#contains(node: Node): Generator<Formula> {
    const of = node.schema('contains');
    const min = (this.knows('minContains') ? node.count('minContains') : undefined) ?? 1;
    const max = this.knows('maxContains') ? node.count('maxContains') : undefined;
    yield node.literal('contains', Kind.array, { is: 'atLeast', n: min, of });
    if (max !== undefined) yield node.literal('maxContains', Kind.array, { is: 'atMost', n: max, of });
  }

  *#objects(node: Node): Generator<Formula> {
    const { formulas } = this;
    for (const keyword of ['minProperties', 'maxProperties'] as const) {
      const n = node.count(keyword);
      if (n !== undefined) yield node.literal(keyword, Kind.object, { is: keyword, n });
    }
    if (node.has('required'))
      for (const key of node.names('required', node.get('required')))
        yield node.literal('required', Kind.object, { is: 'has', key });
    for (const [key, schema] of node.entries('properties'))
      yield node.literal('properties', Kind.object, {
        is: 'eachMember',
        names: formulas.oneOfValues([key]),
        of: this.read(this.inside(node.place, schema, 'properties', key)),
      });
    for (const [source, schema] of node.entries('patternProperties'))
      yield node.literal('patternProperties', Kind.object, {
        is: 'eachMember',
        names: this.pattern(source, node.place, 'patternProperties'),
        of: this.read(this.inside(node.place, schema, 'patternProperties', source)),
      });
    if (node.has('additionalProperties'))
      yield node.literal('additionalProperties', Kind.object, {
        is: 'eachMember',
        names: formulas.not(this.namedMembers(node)),
        of: node.schema('additionalProperties'),
      });
    if (this.knows('propertyNames') && node.has('propertyNames'))
      yield node.literal('propertyNames', Kind.object, {
        is: 'eachMember',
        names: formulas.not(node.schema('propertyNames')),
        of: formulas.false,
      });
    yield* this.#dependencies(node);
    if (this.knows('unevaluatedProperties') && node.has('unevaluatedProperties'))
      yield unevaluatedProperties(this, node);
  }

  /** The names that `properties` and `patternProperties` of one schema refer to. */
  namedMembers(node: Node): Formula {
    return this.formulas.or([
      this.formulas.oneOfValues(node.entries('properties').map(([key]) => key)),
      ...node
        .entries('patternProperties')
        .map(([source]) => this.pattern(source, node.place, 'patternProperties')),
    ]);
  }

  *#dependencies(node: Node): Generator<Formula> {
    for (const keyword of ['dependencies', 'dependentRequired', 'dependentSchemas']) {
      if (!this.knows(keyword)) continue;
      for (const [key, value] of node.entries(keyword)) {
        const then =
          keyword === 'dependentRequired' || Array.isArray(value)
            ? node
                .names(keyword, value)
                .map((name) => node.literal(keyword, Kind.object, { is: 'has', key: name }))
            : [this.read(this.inside(node.place, value, keyword, key))];
        const lacks = this.formulas.literal(Kind.object, { is: 'lacks', key });
        yield this.formulas.or([lacks, this.formulas.and(then)]);
      }
    }
  }

  *#combinators(node: Node): Generator<Formula> {
    const { formulas } = this;
    const parts = (keyword: string): Formula[] => {
      const list = node.list(keyword);
      if (list.length === 0) node.refuse(keyword, 'an empty list');
      return list.map((schema, index) => this.read(this.inside(node.place, schema, keyword, index)));
    };
    if (node.has('allOf')) yield* parts('allOf');
    if (node.has('anyOf')) yield formulas.or(parts('anyOf'));
    if (node.has('oneOf')) yield formulas.exactlyOne(parts('oneOf'));
    if (node.has('not')) yield formulas.not(node.schema('not'));
    if (!this.knows('if') || !node.has('if')) return;
    const condition = node.schema('if');
    const then = node.has('then') ? node.schema('then') : formulas.true;
    const otherwise = node.has('else') ? node.schema('else') : formulas.true;
    const otherwiseNot = formulas.not(condition);
    yield formulas.define(
      formulas.or([formulas.and([condition, then]), formulas.and([otherwiseNot, otherwise])]),
      formulas.or([
        formulas.and([condition, formulas.not(then)]),
        formulas.and([otherwiseNot, formulas.not(otherwise)]),
      ]),
    );
  }
}

class RefTarget implements Target {
  readonly why;
  readonly #parser: Parser;
  readonly #place: Place;
  #raw: Formula | undefined;
  #body: Formula | undefined;

  constructor(
    parser: Parser,
    readonly id: string,
    place: Place,
  ) {
    this.#parser = parser;
    this.#place = place;
    this.why = {
      reason: `'$ref' refers to itself at '${place.pointer}'`,
      pointer: place.pointer,
      keyword: '$ref',
    };
  }

  raw(): Formula {
    this.#raw ??= this.#parser.read(this.#place);
    return this.#raw;
  }

  /** What the target says; a target that leads back to itself within the same value says nothing decidable. */
  body(): Formula {
    this.#parser.formulas.work.spend(1);
    this.#body ??= this.#leadsToItself()
      ? this.#parser.formulas.opaque(`loop ${this.id}`, this.why)
      : this.raw();
    return this.#body;
  }

  /** The targets that hold of the same value. */
  inPlace(): RefTarget[] {
    const found = new Set<RefTarget>();
    const seen = new Set<Formula>();
    const open: Formula[] = [this.raw()];
    for (let at = open.pop(); at; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      this.#parser.formulas.work.spend(1);
      if (at.op === 'and' || at.op === 'or') open.push(...at.parts);
      else if (at.op === 'ref' && at.target instanceof RefTarget) found.add(at.target);
    }
    return [...found];
  }

  #leadsToItself(): boolean {
    if (this.#parser.isGrounded(this)) return false;
    const seen = new Set<Formula>();
    const open: Formula[] = [this.raw()];
    for (let at = open.pop(); at; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      this.#parser.formulas.work.spend(1);
      if (at.op === 'and' || at.op === 'or') open.push(...at.parts);
      else if (at.op === 'ref' && at.target instanceof RefTarget) {
        if (at.target === this) return true;
        open.push(at.target.raw());
      }
    }
    return false;
  }
}
