import { canonical, isObject, type JsonObject, type JsonValue, pointerToken, sameJson } from '../../json.ts';
import { Work } from '../schema/work.ts';
import { shown } from '../shown.ts';
import { keywordDifferences, leafKeywords, withKeyword } from './keywords.ts';
import {
  joined,
  lengthOf,
  listOf,
  membersOf,
  named,
  namesIn,
  objectOf,
  Pair,
  placesIn,
  rank,
  variantName,
  withProperty,
  withRequired,
} from './pair.ts';
import type { Difference, Effect, Fact, Reader, Spot } from './types.ts';
import { paired } from './variants.ts';

/** Pairs of schemas looked at in one walk at most; what lies beyond is said to be one. */
const MAX_PAIRS = 200_000;

/**
 * Every difference of two schemas, each with the place in the value where it shows. References are followed on both sides,
 * and a pair of schemas that is met again is not looked at twice: a difference in a shared schema is named where it is met
 * first. What cannot be decided keyword by keyword (`not`, `if`, a reference that leads nowhere) is one `unclear` difference.
 * Throws `OutOfWork`.
 */
export function differencesOf(
  old: { reader: Reader; spot: Spot },
  now: { reader: Reader; spot: Spot },
  seen: Set<string> = new Set(),
  work: Work = new Work(),
): Difference[] {
  const walk = new Walk(old.reader, now.reader, seen, work);
  walk.pair(old.spot, now.spot, '');
  return walk.found;
}

const words = new Set([
  '$comment',
  'default',
  'description',
  'example',
  'examples',
  'externalDocs',
  'title',
  'xml',
]);
const conditions = [
  ...[
    'not',
    'if',
    'then',
    'else',
    'contains',
    'minContains',
    'maxContains',
    'propertyNames',
    'dependentSchemas',
  ],
  ...['dependentRequired', 'dependencies', 'unevaluatedProperties', 'unevaluatedItems', 'contentSchema'],
  ...[
    'contentMediaType',
    'contentEncoding',
    '$dynamicRef',
    '$recursiveRef',
    '$dynamicAnchor',
    '$anchor',
    '$id',
    'id',
  ],
  ...['$schema', '$recursiveAnchor', '$vocabulary', 'readOnly', 'writeOnly'],
];
const structural = new Set([
  ...[
    'properties',
    'required',
    'additionalProperties',
    'patternProperties',
    'items',
    'prefixItems',
    'additionalItems',
  ],
  ...['allOf', 'anyOf', 'oneOf', '$ref', 'nullable', 'discriminator', 'deprecated', '$defs', 'definitions'],
]);

class Walk {
  readonly found: Difference[] = [];
  private pairs = 0;

  constructor(
    private readonly before: Reader,
    private readonly after: Reader,
    private readonly seen: Set<string>,
    private readonly work: Work,
  ) {}

  pair(rawOld: Spot, rawNow: Spot, path: string): void {
    if (this.isUnchanged(rawOld.node, rawNow.node)) return;
    const [old, now] = [target(this.before, rawOld), target(this.after, rawNow)];
    if (!old || !now) {
      if (!sameJson(rawOld.node ?? null, rawNow.node ?? null))
        this.whole(
          'schema-changed',
          rawOld,
          rawNow,
          path,
          'unclear',
          'the reference points to another schema',
        );
      return;
    }
    const key = `${old.pointer}\n${now.pointer}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    if (++this.pairs > MAX_PAIRS) {
      if (this.pairs === MAX_PAIRS + 1)
        this.whole(
          'schema-changed',
          old,
          now,
          path,
          'unclear',
          'there are more differences than the comparison supports',
        );
      return;
    }
    this.work.spend(10 + ((path.length + key.length) >> 5));
    const [was, is] = [objectOf(old.node), objectOf(now.node)];
    if (!was || !is) {
      if (sameJson(old.node ?? true, now.node ?? true)) return;
      const effect: Effect = now.node === false ? 'narrows' : old.node === false ? 'widens' : 'unclear';
      this.whole('schema-changed', old, now, path, effect, `${named(old.node)} became ${named(now.node)}`);
      return;
    }
    this.objects(new Pair(old, now, this.before.normal(was), this.after.normal(is), path));
  }

  /** The same reference to what is the same: nothing to walk through. */
  private isUnchanged(old: JsonValue | undefined, now: JsonValue | undefined): boolean {
    if (!isObject(old) || !isObject(now) || typeof old.$ref !== 'string' || old.$ref !== now.$ref)
      return false;
    return this.before.unchanged?.(old.$ref) === true && sameJson(old, now);
  }

  private objects(pair: Pair): void {
    const { was, is, path } = pair;
    this.work.spend(
      2 * (Object.keys(was).length + Object.keys(is).length) + lengthOf(was.enum) + lengthOf(is.enum),
    );
    for (const { below, ...found } of keywordDifferences(was, is)) {
      const at = (pointer: string, own: string | undefined) =>
        `${pointer}/${found.keyword}${own === undefined ? '' : `/${own}`}`;
      this.note(pair, found, {
        ...(found.before === undefined ? {} : { oldPointer: at(pair.old.pointer, below?.old) }),
        ...(found.after === undefined ? {} : { pointer: at(pair.now.pointer, below?.now) }),
      });
    }
    this.properties(pair);
    this.additional(pair, 'additionalProperties', `${path}.*`);
    this.patternProperties(pair);
    this.items(pair);
    this.parts(pair);
    for (const keyword of ['anyOf', 'oneOf'] as const) this.choice(pair, keyword);
    for (const keyword of conditions) this.other(pair, keyword, 'condition-changed', 'unclear');
    this.other(pair, 'discriminator', 'discriminator-changed', 'unclear');
    this.other(pair, 'deprecated', 'deprecated-changed', 'words');
    for (const keyword of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (words.has(keyword) || keyword.startsWith('x-')) this.other(pair, keyword, 'words-changed', 'words');
      else if (!structural.has(keyword) && !leafKeywords.has(keyword) && !conditions.includes(keyword))
        this.other(pair, keyword, 'words-changed', 'words');
    }
  }

  private properties(pair: Pair): void {
    const { was, is, path } = pair;
    const [had, has] = [membersOf(was.properties), membersOf(is.properties)];
    const [wasRequired, isRequired] = [namesIn(was.required), namesIn(is.required)];
    const shown = (
      side: Reader,
      list: Map<string, JsonValue>,
      pointer: string,
      name: string,
    ): Spot | undefined => {
      if (!list.has(name)) return undefined;
      const spot = { node: list.get(name), pointer: `${pointer}/properties/${pointerToken(name)}` };
      return side.hidden?.(spot) ? undefined : spot;
    };
    const [wasAt, isAt] = [placesIn(pair.was.required), placesIn(pair.is.required)];
    const names = new Set([...had.keys(), ...has.keys(), ...wasRequired, ...isRequired]);
    this.work.spend(2 * names.size);
    for (const name of names) {
      const before = shown(this.before, had, pair.old.pointer, name);
      const after = shown(this.after, has, pair.now.pointer, name);
      const where = joined(path, name);
      const [must, needs] = [wasRequired.has(name), isRequired.has(name)];
      // Hidden on both sides: these messages know nothing of it.
      if (!before && !after && (had.has(name) || has.has(name)) && must === needs) continue;
      const moved = before && !after ? this.inParts(pair).get(name) : undefined;
      if (before && moved) this.pair(before, moved, where);
      else if (before && !after) {
        const alone = (schema: JsonObject): JsonObject =>
          withRequired(withProperty(schema, name, undefined), name, false);
        this.note(
          pair,
          {
            fact: 'property-removed',
            property: name,
            keyword: 'properties',
            kind: 'removed',
            effect: 'unclear',
            reason: 'property removed',
            alone,
          },
          { oldPointer: before.pointer },
          where,
          before.node,
        );
      } else if (!before && after) {
        const alone = (schema: JsonObject): JsonObject =>
          withRequired(withProperty(schema, name, after.node ?? true), name, needs);
        const fact = needs && !must ? 'required-property-added' : 'property-added';
        const reason = needs && !must ? 'required property added' : 'property added';
        this.note(
          pair,
          {
            fact,
            property: name,
            keyword: 'properties',
            kind: 'added',
            effect: needs && !must ? 'narrows' : 'unclear',
            reason,
            alone,
            after: after.node ?? true,
          },
          { pointer: after.pointer },
          where,
        );
      } else {
        if (must !== needs && (before || !(had.has(name) || has.has(name)))) {
          const at = (side: Spot, places: ReadonlyMap<JsonValue, number>): string =>
            `${side.pointer}/required/${places.get(name) ?? 0}`;
          this.note(
            pair,
            {
              property: name,
              fact: needs ? 'property-became-required' : 'property-became-optional',
              keyword: 'required',
              kind: 'changed',
              effect: needs ? 'narrows' : 'widens',
              reason: needs ? 'it is now required' : 'it is now optional',
              alone: (schema) => withRequired(schema, name, needs),
            },
            needs ? { pointer: at(pair.now, isAt) } : { oldPointer: at(pair.old, wasAt) },
            where,
          );
        }
        if (before && after) this.pair(before, after, where);
      }
    }
  }

  /** A schema for what is not named: absent and `true` are the same. */
  private additional(pair: Pair, keyword: 'additionalProperties', path: string): void {
    const [before, after] = [pair.was[keyword] ?? true, pair.is[keyword] ?? true];
    if (sameJson(before, after)) return;
    const [old, now] = pair.inside(keyword);
    if (isObject(before) && isObject(after)) {
      this.pair(old, now, path);
      return;
    }
    const narrows = rank(after) < rank(before);
    const fact = narrows ? 'additional-properties-narrowed' : 'additional-properties-widened';
    const reason = `additional properties: ${named(before)} became ${named(after)}`;
    this.keyword(pair, keyword, fact, narrows ? 'narrows' : 'widens', reason);
  }

  private patternProperties(pair: Pair): void {
    const [had, has] = [membersOf(pair.was.patternProperties), membersOf(pair.is.patternProperties)];
    for (const name of new Set([...had.keys(), ...has.keys()])) {
      const [old, now] = pair.inside('patternProperties', name);
      if (had.has(name) && has.has(name)) {
        this.pair(old, now, `${pair.path}./${name}/`);
        continue;
      }
      const gone = had.has(name);
      const put = (schema: JsonObject): JsonObject => ({
        ...schema,
        patternProperties: Object.fromEntries(
          [...membersOf(schema.patternProperties)]
            .filter(([key]) => key !== name)
            .concat(gone ? [] : [[name, now.node ?? true]]),
        ) as JsonObject,
      });
      this.note(
        pair,
        {
          fact: gone ? 'pattern-property-removed' : 'pattern-property-added',
          keyword: 'patternProperties',
          kind: gone ? 'removed' : 'added',
          effect: gone ? 'unclear' : 'narrows',
          reason: `properties like ${shown(name)} ${gone ? 'no longer have a schema' : 'now have a schema'}`,
          alone: put,
        },
        gone ? { oldPointer: old.pointer } : { pointer: now.pointer },
      );
    }
  }

  private items(pair: Pair): void {
    const tuples = (schema: JsonObject): JsonValue[] | undefined =>
      Array.isArray(schema.prefixItems)
        ? schema.prefixItems
        : Array.isArray(schema.items)
          ? schema.items
          : undefined;
    const [first, second] = [tuples(pair.was), tuples(pair.is)];
    const [left, right] = [pair.was, pair.is].map((schema) =>
      Array.isArray(schema.prefixItems) ? 'prefixItems' : 'items',
    );
    if (first && second && left === right && left !== undefined) {
      for (let at = 0; at < Math.max(first.length, second.length); at++) {
        const [old, now] = pair.inside(left, at);
        if (at < first.length && at < second.length) this.pair(old, now, `${pair.path}[${at}]`);
        else
          this.note(
            pair,
            {
              fact: 'items-changed',
              keyword: left,
              kind: at < first.length ? 'removed' : 'added',
              effect: 'unclear',
              reason:
                at < first.length
                  ? `position ${at} no longer has a schema`
                  : `position ${at} now has a schema`,
              alone: (schema) => withKeyword(schema, left, pair.is[left]),
            },
            at < first.length ? { oldPointer: old.pointer } : { pointer: now.pointer },
            `${pair.path}[${at}]`,
          );
      }
    } else if (first || second) {
      this.other(pair, 'prefixItems', 'items-changed', 'unclear');
      this.other(pair, 'items', 'items-changed', 'unclear');
      this.other(pair, 'additionalItems', 'items-changed', 'unclear');
      return;
    }
    this.other(pair, 'additionalItems', 'items-changed', 'unclear');
    if (Array.isArray(pair.was.items) || Array.isArray(pair.is.items)) return;
    const { items: before } = pair.was;
    const { items: after } = pair.is;
    if (before === undefined && after === undefined) return;
    if (before !== undefined && after !== undefined) {
      this.pair(...pair.inside('items'), `${pair.path}[]`);
      return;
    }
    const [fact, effect, reason] =
      before === undefined
        ? (['items-added', 'narrows', 'the items now have a schema'] as const)
        : (['items-removed', 'widens', 'the items no longer have a schema'] as const);
    this.keyword(pair, 'items', fact, effect, reason);
  }

  /** `allOf`: each part holds, so that one more narrows. */
  private parts(pair: Pair): void {
    const [had, has] = [listOf(pair.was.allOf), listOf(pair.is.allOf)];
    const { pairs, gone, come } = paired(had, has, this.before, this.after, this.work);
    for (const [left, right] of pairs) {
      const [old] = pair.inside('allOf', left);
      const [, now] = pair.inside('allOf', right);
      this.pair(old, now, pair.path);
    }
    for (const at of gone) {
      this.member(pair, 'allOf', at, false, 'part-removed', 'widens', 'a part of allOf was removed');
      this.declaredIn(pair, pair.inside('allOf', at)[0]);
    }
    for (const at of come)
      this.member(pair, 'allOf', at, true, 'part-added', 'narrows', 'a part of allOf was added');
  }

  /** What a part that no longer exists declared: the property is elsewhere now, or gone with it. */
  private declaredIn(pair: Pair, part: Spot): void {
    const own = membersOf(pair.is.properties);
    for (const [name, before] of this.declared(this.before, [part])) {
      if (membersOf(pair.was.properties).has(name)) continue;
      const pointer = `${pair.now.pointer}/properties/${pointerToken(name)}`;
      const after = own.has(name) ? { node: own.get(name), pointer } : this.inParts(pair).get(name);
      const where = joined(pair.path, name);
      if (after && !this.after.hidden?.(after)) this.pair(before, after, where);
      else
        this.note(
          pair,
          {
            ...{ fact: 'property-removed', property: name, keyword: 'properties', kind: 'removed' },
            ...{ effect: 'unclear', reason: 'property removed', alone: (schema) => schema },
          },
          { oldPointer: before.pointer },
          where,
          before.node,
        );
    }
  }

  /** The properties that the parts of the new schema declare. */
  private inParts(pair: Pair): Map<string, Spot> {
    const parts = listOf(pair.is.allOf).map((_, at) => pair.inside('allOf', at)[1]);
    return parts.length === 0 ? new Map() : this.declared(this.after, parts);
  }

  private declared(reader: Reader, parts: readonly Spot[]): Map<string, Spot> {
    const found = new Map<string, Spot>();
    const waiting = [...parts];
    const met = new Set<string>();
    for (let here = waiting.pop(); here; here = waiting.pop()) {
      const spot = target(reader, here);
      const schema = spot && objectOf(spot.node);
      if (!spot || !schema || met.has(spot.pointer)) continue;
      met.add(spot.pointer);
      this.work.spend(1);
      for (const [name, node] of membersOf(schema.properties)) {
        this.work.spend(1);
        const property = { node, pointer: `${spot.pointer}/properties/${pointerToken(name)}` };
        if (!reader.hidden?.(property) && !found.has(name)) found.set(name, property);
      }
      for (const [at, node] of listOf(schema.allOf).entries())
        waiting.push({ node, pointer: `${spot.pointer}/allOf/${at}` });
    }
    return found;
  }

  private choice(pair: Pair, keyword: 'anyOf' | 'oneOf'): void {
    const [before, after] = [pair.was[keyword], pair.is[keyword]];
    if (!Array.isArray(before) || !Array.isArray(after)) {
      if (before === undefined && after !== undefined)
        this.keyword(pair, keyword, 'choice-added', 'narrows', `${keyword} was added`);
      else if (before !== undefined && after === undefined)
        this.keyword(pair, keyword, 'choice-removed', 'widens', `${keyword} was removed`);
      return;
    }
    const { pairs, gone, come } = paired(before, after, this.before, this.after, this.work);
    for (const [left, right] of pairs) {
      const [old] = pair.inside(keyword, left);
      const [, now] = pair.inside(keyword, right);
      this.pair(old, now, `${pair.path}<${variantName(before[left], left)}>`);
    }
    for (const at of gone) {
      const reason = `the variant ${variantName(before[at], at)} was removed`;
      this.member(pair, keyword, at, false, 'variant-removed', 'narrows', reason);
    }
    for (const at of come) {
      const reason = `the variant ${variantName(after[at], at)} was added`;
      this.member(pair, keyword, at, true, 'variant-added', 'widens', reason);
    }
  }

  /** One element of a list of schemas that came or went. */
  private member(
    pair: Pair,
    keyword: 'allOf' | 'anyOf' | 'oneOf',
    at: number,
    isNew: boolean,
    fact: Fact,
    effect: Effect,
    reason: string,
  ): void {
    const [old, now] = pair.inside(keyword, at);
    const own = (isNew ? now : old).node ?? true;
    this.note(
      pair,
      {
        fact,
        keyword,
        kind: isNew ? 'added' : 'removed',
        effect,
        reason,
        alone: (schema) => {
          const others = listOf(schema[keyword]).filter((value) => isNew || !sameJson(value, own));
          const list = isNew ? [...others, own] : others;
          return withKeyword(schema, keyword, list.length === 0 && keyword === 'allOf' ? undefined : list);
        },
      },
      isNew ? { pointer: now.pointer } : { oldPointer: old.pointer },
    );
  }

  /** A keyword that is compared as it is written. */
  private other(pair: Pair, keyword: string, fact: Fact, effect: Effect): void {
    const [before, after] = [pair.was[keyword], pair.is[keyword]];
    if (before === undefined && after === undefined) return;
    if (before !== undefined && after !== undefined && canonical(before) === canonical(after)) {
      const refers =
        isObject(before) || Array.isArray(before) ? /"\$ref"/.test(JSON.stringify(before)) : false;
      if (effect !== 'unclear' || !refers || this.sameTargets(before, pair)) return;
      this.keyword(pair, keyword, fact, effect, `what ${keyword} refers to changed`);
      return;
    }
    const what = before === undefined ? 'was added' : after === undefined ? 'was removed' : 'changed';
    this.keyword(pair, keyword, fact, effect, `${keyword} ${what}`);
  }

  /** Does everything that a condition refers to say the same on both sides? */
  private sameTargets(value: JsonValue, pair: Pair): boolean {
    const waiting: JsonValue[] = [value];
    const met = new Set<string>();
    for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
      this.work.spend(1);
      if (Array.isArray(here)) waiting.push(...here);
      else if (isObject(here)) {
        if (typeof here.$ref === 'string' && !met.has(here.$ref)) {
          met.add(here.$ref);
          const left = this.before.follow(here.$ref, pair.old.pointer);
          const right = this.after.follow(here.$ref, pair.now.pointer);
          if (left?.node === undefined || right?.node === undefined || !sameJson(left.node, right.node))
            return false;
          this.work.spend(JSON.stringify(left.node).length >> 3);
          waiting.push(left.node);
        }
        waiting.push(...Object.values(here).filter((item) => typeof item === 'object' && item !== null));
      }
    }
    return true;
  }

  private keyword(pair: Pair, keyword: string, fact: Fact, effect: Effect, reason: string): void {
    const [old, now] = pair.inside(keyword);
    const [before, after] = [pair.was[keyword], pair.is[keyword]];
    this.note(
      pair,
      {
        fact,
        keyword,
        kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
        effect,
        reason,
        alone: (schema) => withKeyword(schema, keyword, after),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
      {
        ...(before === undefined ? {} : { oldPointer: old.pointer }),
        ...(after === undefined ? {} : { pointer: now.pointer }),
      },
    );
  }

  /** Two schemas that differ as a whole. */
  private whole(fact: Fact, old: Spot, now: Spot, path: string, effect: Effect, reason: string): void {
    const after = now.node;
    this.found.push({
      fact: old.node === undefined ? 'schema-added' : after === undefined ? 'schema-removed' : fact,
      keyword: '',
      kind: old.node === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
      effect:
        old.node === undefined && effect === 'unclear' ? 'narrows' : after === undefined ? 'widens' : effect,
      path,
      reason,
      ...(old.node === undefined ? {} : { oldPointer: old.pointer, before: old.node }),
      ...(after === undefined ? {} : { pointer: now.pointer, after }),
      schema: { allOf: [old.node ?? true] },
      alone: () => ({ allOf: [after ?? true] }),
    });
  }

  private note(
    pair: Pair,
    found: Omit<Difference, 'path' | 'schema' | 'pointer' | 'oldPointer'>,
    at: { pointer?: string; oldPointer?: string },
    path = pair.path,
    before = found.before,
  ): void {
    this.work.spend(20);
    this.found.push({ ...found, ...(before === undefined ? {} : { before }), ...at, path, schema: pair.was });
  }
}

/** Where references end; undefined where one leads nowhere or in a circle. What stands beside one holds as well as it does. */
function target(reader: Reader, spot: Spot): Spot | undefined {
  let here = spot;
  for (let hops = 0; hops < 32; hops++) {
    if (!isObject(here.node)) return here;
    const { $ref, ...beside } = reader.normal(here.node);
    if (typeof $ref !== 'string') return here;
    if (Object.keys(beside).some((key) => counts(key))) {
      return { ...here, node: { ...beside, allOf: [...listOf(beside.allOf), { $ref }] } };
    }
    const next = reader.follow($ref, here.pointer);
    if (!next) return undefined;
    here = next;
  }
  return undefined;
}

/** Does a keyword beside a reference say anything of values? */
const counts = (key: string): boolean =>
  (structural.has(key) && !['$defs', 'definitions', 'deprecated'].includes(key)) ||
  leafKeywords.has(key) ||
  (conditions.includes(key) && !/^(\$|id$|read|write)/.test(key));
