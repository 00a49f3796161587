import type { Change } from '../../compat/types.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { findingsOf, leavesOf } from './answer.ts';
import { changesOf } from './compare.ts';
import { defaultChanges } from './defaults.ts';
import { chartOf } from './interface.ts';
import { Offer } from './offer.ts';
import { declaredAt } from './shape.ts';
import { isOf, type ResourceUse, useIn, type ValuesUse } from './use.ts';

/** What a change does to each use: what it no longer gets, and what of it may be different. Other charts' uses go on. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [chartOf(old.schema), chartOf(now.schema)];
  if (before === null || after === null)
    return uses.map(() => ({ answer: 'unknown', why: 'the contract is not a Helm chart' }));
  const changes = changesOf(before, after);
  const [was, is] = [new Offer(before), new Offer(after)];
  return uses.map(({ use, at }): UseAnswer => {
    const own = useIn(use);
    if (own === undefined) return { answer: 'unknown', why: `'${use.subject}' is not on record as a whole` };
    if (!isOf(before, own)) return { answer: 'yes' };
    const found = own.is === 'values' ? valuesAffected(own, at, was, is) : newFindings(own, at, was, is);
    for (const change of changes)
      if (touches(change, own)) found.doubts.push(`${change.where}: ${change.reason}`);
    return answerOf(found);
  });
}

/** What is missing, or in doubt, and was not before. */
function newFindings(use: ValuesUse | ResourceUse, at: string, before: Offer, after: Offer): Findings {
  const [was, is] = [findingsOf(use, at, before), findingsOf(use, at, after)];
  const [had, doubted] = [new Set(was.missing.map(({ why }) => why)), new Set(was.doubts)];
  return {
    missing: is.missing.filter(({ why }) => !had.has(why)),
    doubts: is.doubts.filter((why) => !doubted.has(why)),
  };
}

function valuesAffected(use: ValuesUse, at: string, old: Offer, now: Offer): Findings {
  const [before, after] = [old.chart, now.chart];
  const named = use.paths === null ? use.chart !== null && before.name !== after.name : false;
  if (named || (use.paths !== null && before.path !== after.path)) {
    const [rule, witness, is] = named
      ? ['helm/chart-renamed', before.name, after.name]
      : ['helm/chart-moved', before.path, after.path];
    return {
      missing: [{ why: `installs ${use.subject}, which is now ${is || 'in the root'}`, witness, rule }],
      doubts: [],
    };
  }
  const found = newFindings(use, at, old, now);
  const known = new Set(found.missing.map(({ witness }) => witness));
  for (const { path, pointer, value } of leavesOf(use.value)) {
    const [was, is] = [declaredAt(old.values, path), declaredAt(now.values, path)];
    const name = path.join('.');
    if (is === null && inValues(before.values, path) && !inValues(after.values, path))
      found.doubts.push(
        `sets '${name}', which values.yaml no longer has: whether it is still read is not known`,
      );
    if (was === undefined || value === null || known.has(pointer)) continue;
    const isParentGone = path.length > 1 && declaredAt(now.values, path.slice(0, -1)) === undefined;
    if (is === undefined && !isParentGone)
      found.missing.push({
        ...{ why: `sets '${name}', which is no longer a value`, witness: pointer },
        ...{ rule: 'helm/property-removed', at: use.place(pointer, at) },
      });
    else if (!isObject(declaredAt(after.schema ?? true, path)) && isOtherType(value, was, is))
      found.missing.push({
        ...{ why: `sets '${name}' to what it was, and values.yaml has another type now`, witness: pointer },
        ...{ rule: 'helm/type-changed', at: use.place(pointer, at) },
      });
  }
  // What is named as gone or as of another type is not in doubt any more.
  const gone = found.missing.map(({ witness }) => `'${String(witness).slice(1).replaceAll('/', '.')}'`);
  found.doubts = found.doubts.filter((why) => !gone.some((name) => why.startsWith(`sets ${name}`)));
  for (const { path, reason } of defaultChanges(
    { chart: before, schema: old.values },
    { chart: after, schema: now.values },
  ))
    if (!isSet(use.value, path)) found.doubts.push(`values → ${path.join('.')}: ${reason}`);
  return found;
}

/** Has values.yaml something at a path? */
function inValues(values: JsonObject, path: readonly string[]): boolean {
  let here: JsonValue = values;
  for (const name of path) {
    if (!isObject(here) || !Object.hasOwn(here, name)) return false;
    here = here[name] ?? null;
  }
  return true;
}

/** Was a value of the type that it had, and is it no more? */
function isOtherType(
  value: JsonValue,
  was: JsonValue | undefined | null,
  is: JsonValue | undefined | null,
): boolean {
  const own = Array.isArray(value) ? 'array' : typeof value;
  const fits = (declared: JsonValue | undefined | null): boolean => {
    const type = isObject(declared) ? declared.type : undefined;
    const types = Array.isArray(type) ? type : [type];
    return type === undefined || types.includes(own) || (own === 'number' && types.includes('integer'));
  };
  return value !== null && fits(was) && !fits(is);
}

/** May a change make a use work differently, of which nothing is missing? */
function touches({ rule = '', where = '', level }: Change, use: ValuesUse | ResourceUse): boolean {
  if (level !== 'unknown' && level !== 'breaking') return false;
  const [of = '', inner = ''] = where.split(' → ');
  const path = inner === '' ? [] : inner.split('.');
  const name = rule.slice('helm/'.length);
  if (use.is === 'values') {
    if (name === 'kube-version-changed') return true;
    if (of !== 'values') return false;
    return name !== 'default-changed' && isHiddenAt(use, path);
  }
  const version = `${use.kind}.${use.group} ${use.version}`;
  if (name === 'conversion-changed' || name === 'stored-version-removed')
    return where.startsWith(`${use.kind}.${use.group}`);
  if (of !== version) return false;
  if (use.templated) return true;
  if (name === 'default-changed') return !isSet(use.value, path);
  return ['subresources-changed', 'validation-changed', 'merging-changed', 'unread'].includes(name)
    ? name !== 'merging-changed' || isSet(use.value, path)
    : isHiddenAt(use, path);
}

/** Does a use set the value at a path, or something in place of what holds it? Of elements of a list, some may not. */
function isSet(given: JsonObject, path: readonly string[]): boolean {
  let here: JsonValue = given;
  for (const name of path) {
    if (!isObject(here)) return !Array.isArray(here);
    if (name.includes('[]') || name === '*' || !Object.hasOwn(here, name)) return false;
    here = here[name] ?? null;
  }
  return here !== null;
}

const isHiddenAt = (use: ValuesUse | ResourceUse, path: readonly string[]): boolean =>
  path.length > 0 &&
  !path.some((name) => name.includes('[]') || name === '*') &&
  use.isHidden(`/${path.join('/')}`);
