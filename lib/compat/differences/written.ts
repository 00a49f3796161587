import { canonical, isObject, type JsonValue, sameJson } from '../../json.ts';
import type { Pair } from './pair.ts';
import type { Meaning } from './report.ts';
import type { Walking } from './walking.ts';

/** A keyword that is compared as it is written. */
export function compareAsWritten(
  walk: Walking,
  pair: Pair,
  keyword: string,
  meaning: Omit<Meaning, 'reason'>,
): void {
  const [before, after] = [pair.was[keyword], pair.is[keyword]];
  if (before === undefined && after === undefined) return;
  if (before !== undefined && after !== undefined && canonical(before) === canonical(after)) {
    const refers = (isObject(before) || Array.isArray(before)) && /"\$ref"/.test(JSON.stringify(before));
    if (meaning.effect !== 'unclear' || !refers || hasSameTargets(walk, before, pair)) return;
    walk.report.keyword(pair, keyword, { ...meaning, reason: `what ${keyword} refers to changed` });
    return;
  }
  const what = before === undefined ? 'was added' : after === undefined ? 'was removed' : 'changed';
  walk.report.keyword(pair, keyword, { ...meaning, reason: `${keyword} ${what}` });
}

/** Does everything that a condition refers to say the same on both sides? */
function hasSameTargets({ before, after, work }: Walking, value: JsonValue, pair: Pair): boolean {
  const waiting: JsonValue[] = [value];
  const met = new Set<string>();
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    work.spend(1);
    if (Array.isArray(here)) waiting.push(...here);
    else if (isObject(here)) {
      if (typeof here.$ref === 'string' && !met.has(here.$ref)) {
        met.add(here.$ref);
        const left = before.follow(here.$ref, pair.old.pointer);
        const right = after.follow(here.$ref, pair.now.pointer);
        if (left?.node === undefined || right?.node === undefined || !sameJson(left.node, right.node))
          return false;
        work.spend(JSON.stringify(left.node).length >> 3);
        waiting.push(left.node);
      }
      waiting.push(...Object.values(here).filter((item) => typeof item === 'object' && item !== null));
    }
  }
  return true;
}
