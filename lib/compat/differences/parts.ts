import { pointerToken } from '../../json.ts';
import { joined, listOf, membersOf, objectOf, type Pair, variantName } from './pair.ts';
import type { Reader, Spot } from './types.ts';
import { paired } from './variants.ts';
import { target, type Walking } from './walking.ts';

/** `allOf`: each part holds, so that one more narrows. */
export function compareParts(walk: Walking, pair: Pair): void {
  const [had, has] = [listOf(pair.was.allOf), listOf(pair.is.allOf)];
  const { pairs, gone, come } = paired(had, has, walk.before, walk.after, walk.work);
  for (const [left, right] of pairs) {
    const [old] = pair.inside('allOf', left);
    const [, now] = pair.inside('allOf', right);
    walk.pair(old, now, pair.path);
  }
  for (const at of gone) {
    const reason = 'a part of allOf was removed';
    walk.report.element(
      pair,
      'allOf',
      { at, isNew: false },
      { fact: 'part-removed', effect: 'widens', reason },
    );
    compareDeclared(walk, pair, pair.inside('allOf', at)[0]);
  }
  for (const at of come) {
    const reason = 'a part of allOf was added';
    walk.report.element(
      pair,
      'allOf',
      { at, isNew: true },
      { fact: 'part-added', effect: 'narrows', reason },
    );
  }
}

/** `anyOf` or `oneOf`: one variant more lets more in. */
export function compareVariants(walk: Walking, pair: Pair, keyword: 'anyOf' | 'oneOf'): void {
  const [before, after] = [pair.was[keyword], pair.is[keyword]];
  if (!Array.isArray(before) || !Array.isArray(after)) compareChoice(walk, pair, keyword);
  else {
    const { pairs, gone, come } = paired(before, after, walk.before, walk.after, walk.work);
    for (const [left, right] of pairs) {
      const [old] = pair.inside(keyword, left);
      const [, now] = pair.inside(keyword, right);
      walk.pair(old, now, `${pair.path}<${variantName(before[left], left)}>`);
    }
    for (const at of gone) {
      const reason = `the variant ${variantName(before[at], at)} was removed`;
      const meaning = { fact: 'variant-removed', effect: 'narrows', reason } as const;
      walk.report.element(pair, keyword, { at, isNew: false }, meaning);
    }
    for (const at of come) {
      const reason = `the variant ${variantName(after[at], at)} was added`;
      const meaning = { fact: 'variant-added', effect: 'widens', reason } as const;
      walk.report.element(pair, keyword, { at, isNew: true }, meaning);
    }
  }
}

/** A choice that one of the sides does not have. */
function compareChoice({ report }: Walking, pair: Pair, keyword: 'anyOf' | 'oneOf'): void {
  const [before, after] = [pair.was[keyword], pair.is[keyword]];
  if (before === undefined && after !== undefined)
    report.keyword(pair, keyword, {
      fact: 'choice-added',
      effect: 'narrows',
      reason: `${keyword} was added`,
    });
  else if (before !== undefined && after === undefined)
    report.keyword(pair, keyword, {
      fact: 'choice-removed',
      effect: 'widens',
      reason: `${keyword} was removed`,
    });
}

/** What a part that no longer exists declared: the property is elsewhere now, or gone with it. */
function compareDeclared(walk: Walking, pair: Pair, part: Spot): void {
  const own = membersOf(pair.is.properties);
  for (const [name, before] of declaredIn(walk, walk.before, [part])) {
    if (membersOf(pair.was.properties).has(name)) continue;
    const pointer = `${pair.now.pointer}/properties/${pointerToken(name)}`;
    const after = own.has(name) ? { node: own.get(name), pointer } : inParts(walk, pair).get(name);
    const path = joined(pair.path, name);
    if (after && !walk.after.hidden?.(after)) walk.pair(before, after, path);
    else
      walk.report.note(
        pair,
        {
          ...{ fact: 'property-removed', property: name, keyword: 'properties', kind: 'removed' },
          ...{ effect: 'unclear', reason: 'property removed', alone: (schema) => schema },
        },
        { oldPointer: before.pointer },
        path,
        before.node,
      );
  }
}

/** The properties that the parts of the new schema declare. */
export function inParts(walk: Walking, pair: Pair): Map<string, Spot> {
  const parts = listOf(pair.is.allOf).map((_, at) => pair.inside('allOf', at)[1]);
  return parts.length === 0 ? new Map() : declaredIn(walk, walk.after, parts);
}

/** The properties that these schemas and their own parts declare; the first declaration of a name counts. */
function declaredIn({ work }: Walking, reader: Reader, parts: readonly Spot[]): Map<string, Spot> {
  const found = new Map<string, Spot>();
  const waiting = [...parts];
  const met = new Set<string>();
  for (let here = waiting.pop(); here; here = waiting.pop()) {
    const spot = target(reader, here);
    const schema = spot && objectOf(spot.node);
    if (!spot || !schema || met.has(spot.pointer)) continue;
    met.add(spot.pointer);
    work.spend(1);
    for (const [name, node] of membersOf(schema.properties)) {
      work.spend(1);
      const property = { node, pointer: `${spot.pointer}/properties/${pointerToken(name)}` };
      if (!reader.hidden?.(property) && !found.has(name)) found.set(name, property);
    }
    for (const [at, node] of listOf(schema.allOf).entries())
      waiting.push({ node, pointer: `${spot.pointer}/allOf/${at}` });
  }
  return found;
}
